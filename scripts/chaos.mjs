/** `npm run chaos`: plays campaigns of faults against the real system; `tools/chaos/README.md` lists its arguments. */
import { join } from 'node:path'
import { ensureRuntime, orExplain } from './bootstrap.mjs'
import { root } from './lib/paths.mjs'
import { becomeNode } from './lib/run-node.mjs'

const node = await orExplain(() => ensureRuntime({ dev: true }))
becomeNode(node, join(root, 'tools', 'chaos', 'src', 'main.ts'), process.argv.slice(2))
