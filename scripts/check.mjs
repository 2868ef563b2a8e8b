/** `npm run check`: everything that can be checked without services, quick enough to run before each commit. */
import { ensureRuntime, orExplain } from './bootstrap.mjs'
import { checks } from './lib/checks.mjs'
import { runChecks, runTestClasses } from './lib/phases.mjs'
import { finish } from './lib/summary.mjs'

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
const node = await orExplain(() => ensureRuntime({ dev: true }))
const results = [await runChecks(checks.filter(({ name }) => only === undefined || name.startsWith(only)))]
if (only === undefined) results.push(await runTestClasses(node, ['unit']))
finish(results)
