import { runCheck } from './checks.mjs'
import { runTests } from './run-tests.mjs'
import { noCounts, sum } from './summary.mjs'
import { classOf, findTestFiles, testClasses } from './test-files.mjs'

/** Runs checks side by side, tells each one's result as it ends, and counts them like tests. */
export async function runChecks(checks) {
  const counts = await Promise.all(
    checks.map(async (check) => {
      const { passed, output, seconds } = await runCheck(check)
      console.log(`${passed ? '✔' : '✖'} ${check.name} (${seconds.toFixed(1)} s)`)
      if (!passed) console.log(output.trimEnd().replaceAll(/^/gm, '    '))
      return passed ? { ...noCounts, passed: 1 } : { ...noCounts, failed: 1 }
    }),
  )
  return sum(counts)
}

/** Runs the test files of the named classes, one class after the other; `patterns` keep the files whose path contains one of them. */
export async function runTestClasses(node, names, { patterns = [], nodeTestOptions = [] } = {}) {
  const wanted = patterns.map((pattern) => pattern.replace(/^\.\//, ''))
  const files = findTestFiles().filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  const counts = []
  for (const testClass of testClasses.filter(({ name }) => names.includes(name))) {
    const mine = files.filter((path) => classOf(path) === testClass)
    if (mine.length === 0) continue
    console.log(`\n${testClass.name}: ${mine.length} ${mine.length === 1 ? 'file' : 'files'}`)
    counts.push(await runTests(node, testClass, mine, nodeTestOptions))
  }
  if (counts.length > 0) return sum(counts)
  console.log(`no test file matches ${patterns.join(' ') || names.join(', ')}`)
  return { ...noCounts, failed: 1 }
}
