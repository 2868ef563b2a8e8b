/** `npm run soak`: plays runs for a long time and says whether anything grows; `tools/chaos/README.md` lists its arguments. */
import { join } from 'node:path'
import { ensureRuntime, orExplain } from './bootstrap.mjs'
import { root } from './lib/paths.mjs'
import { becomeNode } from './lib/run-node.mjs'

const node = await orExplain(() => ensureRuntime({ dev: true }))
becomeNode(node, join(root, 'tools', 'chaos', 'src', 'soak-main.ts'), process.argv.slice(2))
