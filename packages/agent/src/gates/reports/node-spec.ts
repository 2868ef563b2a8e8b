import { reportOf, type TestLine, type TestReport, type TestStatus } from './report.ts'

const symbols: Readonly<Record<string, TestStatus>> = { '✔': 'passed', '✖': 'failed', '﹣': 'skipped' }
const marked = /^( *)([✔✖﹣▶]) (.*?)(?: \([\d.]+m?s\))?( # (?:SKIP|TODO).*)?$/

interface Suite {
  readonly indent: number
  readonly name: string
  readonly start: number
}

/** Reads what node:test prints for people (its spec reporter). */
export function parseNodeSpec(text: string): TestReport | null {
  if (!/^ℹ tests \d+/m.test(text)) return null
  const tests: TestLine[] = []
  const suites: Suite[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line === '✖ failing tests:') break
    const match = marked.exec(line)
    if (!match) continue
    const [, spaces = '', symbol = '', name = '', directive] = match
    while ((suites.at(-1)?.indent ?? -1) > spaces.length) suites.pop()
    if (symbol === '▶') suites.push({ indent: spaces.length, name, start: tests.length })
    else addLine(tests, suites, { indent: spaces.length, name, status: directive ? 'skipped' : symbols[symbol] ?? 'failed' })
  }
  return reportOf('text', tests, { failed: sum(text, 'fail') + sum(text, 'cancelled'), skipped: sum(text, 'skipped') + sum(text, 'todo') })
}

/** A line at a suite's own place with its name closes it; any other is a test. */
function addLine(tests: TestLine[], suites: Suite[], line: TestLine & { readonly indent: number }): void {
  const open = suites.at(-1)
  const closes = open?.indent === line.indent
  if (closes) suites.pop()
  const path = suites.map(({ name }) => name)
  if (!closes || open.name !== line.name) tests.push({ name: [...path, line.name].join(' > '), status: line.status })
  else if (line.status === 'failed' && tests.slice(open.start).every(({ status }) => status !== 'failed')) tests.push({ name: [...path, line.name].join(' > '), status: 'failed' })
}

function sum(text: string, word: string): number {
  return [...text.matchAll(new RegExp(`^ℹ ${word} (\\d+)`, 'gm'))].reduce((total, [, count]) => total + Number(count), 0)
}
