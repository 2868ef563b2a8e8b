import { reportOf, reportOfTotals, type TestLine, type TestReport, type TestStatus } from './report.ts'

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0)

/** Tests by name from lines with a mark; plain lines above them with less indentation are their suites. */
function markedTests(text: string, mark: RegExp, statusOf: (mark: string) => TestStatus): TestLine[] {
  const suites: { indent: number; name: string }[] = []
  const tests: TestLine[] = []
  for (const line of text.split(/\r?\n/)) {
    const indent = /^ */.exec(line)?.[0].length ?? 0
    if (line.trim() === '') continue
    while (suites.length > 0 && (suites.at(-1)?.indent ?? 0) >= indent) suites.pop()
    const match = mark.exec(line)
    const name = (match?.[2] ?? line.trim()).replace(/ \(\d+ ?ms\)$/, '')
    if (match) tests.push({ name: [...suites.map((suite) => suite.name), name].join(' > '), status: statusOf(match[1] ?? '') })
    else if (indent > 0) suites.push({ indent, name })
  }
  return tests
}

const jestMarks: Readonly<Record<string, TestStatus>> = { '✓': 'passed', '√': 'passed', '✕': 'failed', '×': 'failed' }

/** jest: `Tests: 1 failed, 4 passed, 5 total`. */
export function parseJest(text: string): TestReport | null {
  const line = /^Tests:\s+(.*\btotal)$/m.exec(text)?.[1]
  if (line === undefined) return null
  const broken = /^Test Suites:\s+(\d+) failed/m.exec(text)?.[1]
  const totals = { passed: count(line, /(\d+) passed/g), failed: Math.max(count(line, /(\d+) failed/g), Number(broken ?? 0)), skipped: count(line, /(\d+) (?:skipped|todo)/g) }
  return reportOfTotals(totals, markedTests(text, /^\s+([✓√✕×○✎]) (?:skipped |todo )?(.*)$/, (mark) => jestMarks[mark] ?? 'skipped'))
}

/** vitest: `Tests  1 failed | 4 passed (5)`. */
export function parseVitest(text: string): TestReport | null {
  const line = /^\s*Tests\s+(.*)\(\d+\)\s*$/m.exec(text)?.[1] ?? (/^\s*Tests\s+no tests/m.test(text) ? '' : undefined)
  if (line === undefined) return null
  const totals = { passed: count(line, /(\d+) passed/g), failed: count(line, /(\d+) failed/g), skipped: count(line, /(\d+) (?:skipped|todo)/g) }
  return reportOfTotals(totals, markedTests(text, /^\s+([✓√✗×↓]) (.*?)(?: \d+ms)?$/, (mark) => (mark === '↓' ? 'skipped' : jestMarks[mark] ?? 'failed')))
}

/** mocha: `4 passing (10ms)`. */
export function parseMocha(text: string): TestReport | null {
  const end = text.search(/^ +\d+ passing/m)
  if (end === -1) return null
  const summary = text.slice(end)
  const totals = { passed: count(summary, /^ +(\d+) passing/gm), failed: count(summary, /^ +(\d+) failing/gm), skipped: count(summary, /^ +(\d+) pending/gm) }
  return reportOfTotals(totals, markedTests(text.slice(0, end), /^\s+([✔✓√]|\d+\)|-) (.*)$/, (mark) => (mark === '-' ? 'skipped' : mark.endsWith(')') ? 'failed' : 'passed')))
}

/** pytest: `1 failed, 4 passed in 0.12s`, with names under -v. */
export function parsePytest(text: string): TestReport | null {
  const line = /^(?:=+ )?((?:\d+ [a-z]+|no tests ran)(?:, \d+ [a-z]+)*) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$/m.exec(text)?.[1]
  if (line === undefined) return null
  const totals = { passed: count(line, /(\d+) (?:passed|xpassed)/g), failed: count(line, /(\d+) (?:failed|errors?)/g), skipped: count(line, /(\d+) (?:skipped|xfailed)/g) }
  const statuses: Readonly<Record<string, TestStatus>> = { PASSED: 'passed', XPASS: 'passed', FAILED: 'failed', ERROR: 'failed' }
  const tests = [...text.matchAll(/^(\S+::.*?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b/gm)].map(([, name = '', word = '']) => ({ name, status: statuses[word] ?? 'skipped' as const }))
  return reportOfTotals(totals, tests)
}

/** Python's unittest: `Ran 5 tests in 0.001s`, then OK or FAILED. */
export function parseUnittest(text: string): TestReport | null {
  const ran = /^Ran (\d+) tests? in [\d.]+s$/m.exec(text)?.[1]
  if (ran === undefined) return null
  const failed = count(text, /(?:failures|errors)=(\d+)/g)
  const skipped = count(text, /(?:skipped|expected failures)=(\d+)/g)
  const statuses: Readonly<Record<string, TestStatus>> = { ok: 'passed', FAIL: 'failed', ERROR: 'failed' }
  const tests = [...text.matchAll(/^(\S+ \([\w.]+\)).* \.\.\. (ok|FAIL|ERROR|skipped)/gm)].map(([, name = '', word = '']) => ({ name, status: statuses[word] ?? 'skipped' as const }))
  return reportOfTotals({ passed: Math.max(0, Number(ran) - failed - skipped), failed, skipped }, tests)
}

/** go test: tests by name under -v, else a package counts as one. */
export function parseGo(text: string): TestReport | null {
  const packages = [...text.matchAll(/^(ok|FAIL|---|\?)\s+\t?(\S+)\s+(?:[\d.]+s|\(cached\)|\[.*\])(.*)$/gm)]
  if (packages.length === 0 && !/^(?:ok|FAIL)\s+\S+/m.test(text)) return null
  const statuses: Readonly<Record<string, TestStatus>> = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' }
  const verbose = [...text.matchAll(/^\s*--- (PASS|FAIL|SKIP): (\S+)/gm)].map(([, word = '', name = '']) => ({ name, status: statuses[word] ?? 'failed' as const }))
  if (/^\s*--- PASS/m.test(text)) return reportOf('text', verbose)
  const ran = packages.filter(([line, word]) => word !== '?' && !line.includes('[no tests to run]') && !line.includes('[no test files]'))
  return ran.length === 0 && verbose.length === 0 ? null : reportOf('text', ran.map(([, word, name = '']) => ({ name, status: word === 'ok' ? 'passed' : 'failed' })))
}

/** cargo test: `test name ... ok`, several binaries. */
export function parseCargo(text: string): TestReport | null {
  if (!/^test result: /m.test(text)) return null
  const statuses: Readonly<Record<string, TestStatus>> = { ok: 'passed', FAILED: 'failed' }
  const tests = [...text.matchAll(/^test (.+?) \.\.\. (ok|FAILED|ignored)/gm)].map(([, name = '', word = '']) => ({ name, status: statuses[word] ?? 'skipped' as const }))
  const totals = { passed: count(text, /(\d+) passed;/g), failed: count(text, /(\d+) failed;/g), skipped: count(text, /(\d+) ignored;/g) }
  return reportOfTotals(totals, tests)
}
