/** `npm run bench`: measures what bench/README.md lists. Arguments: a part of a row's name, `--json`, `--strict`. */
import { join } from 'node:path'
import { ensureRuntime, orExplain } from './bootstrap.mjs'
import { root } from './lib/paths.mjs'
import { becomeNode } from './lib/run-node.mjs'

const node = await orExplain(() => ensureRuntime({ dev: true }))
becomeNode(node, join(root, 'bench', 'harness', 'main.ts'), process.argv.slice(2))
