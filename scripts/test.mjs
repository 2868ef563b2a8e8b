/**
 * `npm test`: sets everything up and runs every check and every test. Arguments narrow it down: `--only=unit`
 * (or integration, e2e) to one class, a path or a part of one to the test files that contain it;
 * options of node's own runner (`--test-name-pattern=...`) are passed on.
 */
import { ensureRuntime, orExplain } from './bootstrap.mjs'
import { checks } from './lib/checks.mjs'
import { runChecks, runTestClasses } from './lib/phases.mjs'
import { finish } from './lib/summary.mjs'
import { testClasses } from './lib/test-files.mjs'

const args = process.argv.slice(2)
const only = args.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
const nodeTestOptions = args.filter((argument) => argument.startsWith('--test-'))
const patterns = args.filter((argument) => !argument.startsWith('--'))
const isWhole = only === undefined && patterns.length === 0 && nodeTestOptions.length === 0

const node = await orExplain(() => ensureRuntime({ dev: true }))
const results = isWhole ? [await runChecks(checks)] : []
const classes = only === undefined ? testClasses.map(({ name }) => name) : [only]
results.push(await runTestClasses(node, classes, { patterns, nodeTestOptions }))
finish(results)
