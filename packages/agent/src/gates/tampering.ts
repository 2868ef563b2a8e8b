import { parsePatch } from 'diff'
import { isAssertion, isTestFile } from './test-files.ts'

interface Trap {
  readonly pattern: RegExp
  readonly what: string
  /** A program may honestly do it: it only counts in tests, and where no report would show the tests it cut off. */
  readonly mayBeHonest?: true
}

/** Added lines that make checks meaningless wherever they stand, with what they do. */
const traps: readonly Trap[] = [
  { pattern: /\b(assert|expect|chai|should)(\.\w+|\[[^\]]+\])+\s*=(?!=|>)/, what: 'replaces an assertion function' },
  { pattern: /Object\.(assign|defineProperty|defineProperties|setPrototypeOf)\(\s*(assert|expect|chai)\b/, what: 'replaces an assertion function' },
  { pattern: /require\(\s*['"](node:)?assert(\/strict)?['"]\s*\)(\.\w+|\[[^\]]+\])+\s*=(?!=|>)/, what: 'replaces an assertion function' },
  { pattern: /mock\.(module|method)\(\s*(['"](node:)?(assert|test)|assert\b)/, what: 'replaces an assertion function' },
  { pattern: /AssertionError(\.prototype)?(\.\w+)?\s*=(?!=|>)/, what: 'replaces the error of failed assertions' },
  { pattern: /sys\.modules\[\s*['"](pytest|unittest|_pytest)/, what: 'replaces the test framework' },
  { pattern: /\b(unittest\.)?TestCase\.\w+\s*=(?!=)/, what: 'replaces an assertion function' },
  { pattern: /pytest_runtest_(makereport|call|protocol)|pytest_collection_modifyitems/, what: 'changes what the test framework runs or reports' },
  { pattern: /process\.(on|once)\(\s*['"]exit['"][^)]*exitCode\s*=\s*0|process\.exitCode\s*=\s*0/, what: 'sets the exit code to success' },
  { pattern: /process\.(exit|reallyExit)\s*=|process\[['"]exit['"]\]\s*=/, what: 'replaces process.exit' },
  { pattern: /process\.(exit|reallyExit)\(\s*0?\s*\)|\bos\._exit\(\s*0\s*\)|\bsys\.exit\(\s*0?\s*\)/, what: 'ends the process with success', mayBeHonest: true },
  { pattern: /\b(process\.env\.|process\.env\[['"]|os\.environ(\.get\(|\[)['"])(NODE_TEST_CONTEXT|JEST_WORKER_ID|VITEST|PYTEST_CURRENT_TEST|MOCHA)\b/, what: 'behaves differently under test' },
]

export interface Tampering {
  /** A sentence each. */
  readonly problems: readonly string[]
  /** Test files of checkpoint 0 that were changed or deleted. */
  readonly changedTests: readonly string[]
}

/**
 * Looks through a change for what makes tests pass without making the code right. `turned` says that tests which failed at
 * checkpoint 0 pass now: then code that weakens assertions is no detail; `named` that a report names every test.
 */
export function findTampering(diff: string, { turned, named }: { readonly turned: boolean; readonly named: boolean }): Tampering {
  const problems: string[] = []
  const changedTests: string[] = []
  let asked = 0
  for (const file of parsePatch(diff)) {
    const path = (file.newFileName === '/dev/null' ? file.oldFileName : file.newFileName)?.replace(/^[ab]\//, '') ?? ''
    const existed = file.oldFileName !== '/dev/null'
    const lines = file.hunks.flatMap((hunk) => hunk.lines)
    const added = lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1))
    const removed = lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1))
    if (isTestFile(path) && existed) changedTests.push(path)
    if (isTestFile(path)) asked += added.filter(isAssertion).length - removed.filter(isAssertion).length
    const watched = traps.filter(({ mayBeHonest }) => isTestFile(path) || (turned && !(mayBeHonest && named)))
    problems.push(...trapsIn(path, watched, added, removed))
  }
  if (asked < 0) problems.push(`The tests lost ${-asked} assertion${asked === -1 ? '' : 's'}.`)
  return { problems, changedTests }
}

/** A line that was only moved is not new. */
function trapsIn(path: string, watched: readonly Trap[], added: readonly string[], removed: readonly string[]): string[] {
  const before = new Set(removed.map((line) => line.trim()))
  const found = added.filter((line) => !before.has(line.trim())).flatMap((line) => watched.filter(({ pattern }) => pattern.test(line)).slice(0, 1).map(({ what }) => `${path} ${what}: ${line.trim().slice(0, 120)}`))
  return found.slice(0, 5)
}
