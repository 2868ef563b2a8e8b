/** `npm run bench`: measures what bench/README.md lists. Arguments: a part of a row's name, `--json`, `--strict`. */
import { join } from 'node:path'
import { ensureRuntime, orExplain } from './bootstrap.mjs'
import { root } from './lib/paths.mjs'
import { becomeNode } from './lib/run-node.mjs'

const node = await orExplain(() => ensureRuntime({ dev: true }))
const args = process.argv.slice(2)
if (args[0] === 'quality') becomeNode(node, join(root, 'bench', 'quality', 'main.ts'), args.slice(1))
else becomeNode(node, join(root, 'bench', 'harness', 'main.ts'), args)
