import { join } from 'node:path'
import { ensureRuntime, orExplain } from './bootstrap.mjs'
import { root } from './lib/paths.mjs'
import { becomeNode } from './lib/run-node.mjs'

const node = await orExplain(() => ensureRuntime())
becomeNode(node, join(root, 'apps', 'cli', 'src', 'main.ts'), ['start', ...process.argv.slice(2)])
