import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, runtime } from './paths.mjs'
import { nodeFlags } from './run-node.mjs'
import { noCounts, sum } from './summary.mjs'

/**
 * Runs test files of one class under `node` and returns how many tests passed, failed and were skipped. Never with
 * `--test-force-exit`: it cuts off the report of a file that has much to tell, and the loss goes unnoticed. A file of which
 * nothing is heard is run again, and is a failure if it stays silent.
 */
export async function runTests(node, testClass, files, nodeTestOptions = []) {
  const first = await runOnce(node, testClass, files, nodeTestOptions)
  const lost = files.filter((file) => !first.heard.includes(file))
  if (lost.length === 0 || first.broken) return first.counts
  console.log(`nothing was heard of ${lost.join(', ')}: running again`)
  const second = await runOnce(node, testClass, lost, nodeTestOptions)
  const silent = lost.filter((file) => !second.heard.includes(file))
  for (const file of silent) console.log(`✖ ${file} (nothing was heard of it)`)
  return sum([first.counts, second.counts, { ...noCounts, failed: silent.length }])
}

async function runOnce(node, { timeoutSeconds, concurrency = availableParallelism() }, files, nodeTestOptions) {
  const scratch = mkdtempSync(join(tmpdir(), 'codeforge-test-counts-'))
  const counts = join(scratch, 'counts.json')
  try {
    const options = [
      `--import=${pathToFileURL(join(root, 'scripts', 'lib', 'end-with-tests.mjs'))}`,
      `--test-reporter=${join(root, 'scripts', 'lib', 'test-reporter.mjs')}`,
      `--test-concurrency=${concurrency}`,
      `--test-timeout=${timeoutSeconds * 1000}`,
      ...nodeTestOptions,
    ]
    // The last resort, for a file whose event loop is blocked, which the runner itself cannot end.
    const limitSeconds = timeoutSeconds * (1 + Math.ceil(files.length / concurrency))
    const code = await run(node, [...nodeFlags, '--test', ...options, ...files], testEnvironment(counts), limitSeconds)
    const report = JSON.parse(readFileSync(counts, 'utf8'))
    return { ...report, counts: withExitCode(report.counts, code), broken: false }
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return { counts: { ...noCounts, failed: 1 }, heard: [], broken: true }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

// A runner that fails without a failed test (a broken reporter, an option it does not know) is a failure too.
function withExitCode(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

// Tests see neither the configuration of the user's CodeForge nor that of their git: what passes here passes anywhere.
function testEnvironment(counts) {
  const kept = Object.entries(process.env).filter(([name]) => !/^CODEFORGE_(?!TEST_)|^NODE_TEST_CONTEXT$|^npm_/.test(name))
  return {
    ...Object.fromEntries(kept),
    PATH: [join(runtime, 'bin'), process.env.PATH].join(delimiter),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    CODEFORGE_TEST_COUNTS: counts,
  }
}

function run(node, args, env, limitSeconds) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
    const limit = setTimeout(() => {
      console.log(`the tests did not end within ${limitSeconds} s and were stopped`)
      child.kill('SIGKILL')
    }, limitSeconds * 1000)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearTimeout(limit)
      resolve(signal === null ? code : 1)
    })
  })
}
