import type { TestCounts } from '@codeforge/contracts/receipt'

export type TestStatus = 'passed' | 'failed' | 'skipped'

export interface TestLine {
  readonly name: string
  readonly status: TestStatus
}

/** What a runner reported. A runner that names no tests gives numbers only. */
export interface TestReport {
  readonly format: TestCounts['format']
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Every test by name; null where the report does not name them all. */
  readonly tests: readonly TestLine[] | null
}

/** A report made of named tests. A runner's own count of failures is believed where it is higher. */
export function reportOf(format: TestReport['format'], tests: readonly TestLine[], totals: Partial<Record<TestStatus, number>> = {}): TestReport {
  const count = (status: TestStatus): number => tests.filter((test) => test.status === status).length
  return {
    format,
    passed: count('passed'),
    failed: Math.max(count('failed'), totals.failed ?? 0),
    skipped: Math.max(count('skipped'), totals.skipped ?? 0),
    tests,
  }
}

/** A report from a runner's summary; its names count where they are all of them. */
export function reportOfTotals(totals: Record<TestStatus, number>, tests: readonly TestLine[]): TestReport {
  const named = tests.filter(({ status }) => status === 'passed').length === totals.passed && tests.length > 0
  return { format: 'text', ...totals, tests: named ? tests : null }
}

/** Several runners in one output: their sum. */
export function merged(reports: readonly TestReport[]): TestReport | null {
  const [first, ...rest] = reports
  if (!first) return null
  return rest.reduce((sum, report) => ({
    format: sum.format,
    passed: sum.passed + report.passed,
    failed: sum.failed + report.failed,
    skipped: sum.skipped + report.skipped,
    tests: sum.tests && report.tests ? [...sum.tests, ...report.tests] : null,
  }), first)
}

const mostNames = 5000

/** The part of a report that a receipt shows. */
export function countsOf({ format, passed, failed, skipped, tests }: TestReport): TestCounts {
  const names = tests?.filter(({ status }) => status === 'passed').map(({ name }) => name.slice(0, 300)).sort().slice(0, mostNames)
  return { format, passed, failed, skipped, ...(names ? { passedNames: names } : {}) }
}
