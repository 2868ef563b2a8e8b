/**
 * Brings this checkout to the point where its TypeScript runs: Node 24, pnpm, the dependencies, the built dashboard.
 * Plain JavaScript for Node 20, because nothing else is there yet when it runs.
 */
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BootstrapError } from './lib/bootstrap-error.mjs'
import { buildDashboard, dashboardIsThere, dashboardKey } from './lib/dashboard.mjs'
import { dependenciesKey, installDependencies } from './lib/dependencies.mjs'
import { withLock } from './lib/lock.mjs'
import { root, runtime } from './lib/paths.mjs'
import { readStamp, writeStamp } from './lib/stamp.mjs'
import { installToolchain, nodePath, toolchainIsThere, toolchainKey } from './lib/toolchain.mjs'

/**
 * Makes whatever is missing or stale, and returns the path of a Node that runs TypeScript.
 * `dev` adds compiler, linters and test servers; `quiet` keeps the installers' own output back unless they fail.
 */
export async function ensureRuntime({ quiet = false, dev: wanted = false } = {}) {
  // A checkout that somebody develops in keeps its tools, whoever starts it next.
  const dev = wanted || readStamp('dependencies').endsWith(' dev')
  if (findStale(dev).length > 0) {
    await withLock(join(runtime, 'lock'), () => makeStale({ quiet, dev }), reportWaiting)
  }
  return nodePath
}

const steps = [
  {
    stamp: 'toolchain',
    says: 'fetching Node 24 and pnpm',
    key: () => toolchainKey,
    isThere: toolchainIsThere,
    make: installToolchain,
  },
  {
    stamp: 'dependencies',
    says: 'installing dependencies',
    key: dependenciesKey,
    isThere: () => existsSync(join(root, 'node_modules', '.modules.yaml')),
    make: installDependencies,
    forDevelopment: true,
  },
  { stamp: 'dashboard', says: 'building the dashboard', key: dashboardKey, isThere: dashboardIsThere, make: buildDashboard },
]

function findStale(dev) {
  return steps.filter((step) => !step.isThere() || !isDone(step, dev))
}

// What was installed for development serves a user as well, not the other way round.
function isDone(step, dev) {
  const done = readStamp(step.stamp)
  const key = step.key()
  return step.forDevelopment ? done === `${key} dev` || (!dev && done === key) : done === key
}

async function makeStale({ quiet, dev }) {
  for (const step of steps) {
    if (step.isThere() && isDone(step, dev)) continue
    process.stderr.write(`codeforge: ${step.says} (first start or after a change)\n`)
    // Taken before the work: a source that changes meanwhile makes the result stale, not seemingly fresh.
    const key = step.key()
    await step.make({ dev, show: !quiet })
    writeStamp(step.stamp, step.forDevelopment && dev ? `${key} dev` : key)
  }
}

function reportWaiting(owner) {
  process.stderr.write(`codeforge: process ${owner} is setting up this checkout, waiting (if there is no such setup, delete ${join(runtime, 'lock')})\n`)
}

/** Runs `work`; a failure that the user can mend is told in its own words and ends the process with code 1. */
export async function orExplain(work) {
  try {
    return await work()
  } catch (error) {
    process.stderr.write(error instanceof BootstrapError ? `codeforge: ${error.message}\n` : `${error.stack}\n`)
    process.exit(1)
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await orExplain(() => ensureRuntime({ dev: process.argv.includes('--dev') }))
}
