#!/usr/bin/env node
// The command as npm links it: runs on the Node that the machine has, brings up the one that CodeForge needs, and hands over.
import { join } from 'node:path'
import { ensureRuntime, orExplain } from '../scripts/bootstrap.mjs'
import { root } from '../scripts/lib/paths.mjs'
import { becomeNode } from '../scripts/lib/run-node.mjs'

const node = await orExplain(() => ensureRuntime({ quiet: true }))
becomeNode(node, join(root, 'apps', 'cli', 'src', 'main.ts'), process.argv.slice(2))
