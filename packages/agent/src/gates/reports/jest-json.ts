import { z } from 'zod'
import { reportOf, type TestReport, type TestStatus } from './report.ts'

/** What jest and vitest write with their JSON reporter, as far as it is read. */
const JestJson = z.object({
  numTotalTests: z.number(),
  numFailedTests: z.number().default(0),
  numRuntimeErrorTestSuites: z.number().default(0),
  testResults: z.array(z.object({
    assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })).default([]),
  })),
})

/** mocha's JSON reporter. */
const MochaJson = z.object({
  stats: z.object({ failures: z.number() }),
  passes: z.array(z.object({ fullTitle: z.string() })),
  failures: z.array(z.object({ fullTitle: z.string() })),
  pending: z.array(z.object({ fullTitle: z.string() })),
})

/** Reads the JSON reports of jest, vitest and mocha. */
export function parseJsonReport(text: string): TestReport | null {
  const json = parseJson(text)
  const jest = JestJson.safeParse(json)
  if (jest.success) {
    const tests = jest.data.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName, status }) => ({ name: fullName, status: statusOf(status) })))
    return reportOf('json', tests, { failed: jest.data.numFailedTests + jest.data.numRuntimeErrorTestSuites })
  }
  const mocha = MochaJson.safeParse(json)
  if (!mocha.success) return null
  const named = (list: readonly { fullTitle: string }[], status: TestStatus) => list.map(({ fullTitle }) => ({ name: fullTitle, status }))
  return reportOf('json', [...named(mocha.data.passes, 'passed'), ...named(mocha.data.failures, 'failed'), ...named(mocha.data.pending, 'skipped')])
}

function statusOf(status: string): TestStatus {
  return status === 'passed' || status === 'failed' ? status : 'skipped'
}

function parseJson(text: string): unknown {
  const start = text.indexOf('{')
  if (start === -1) return null
  try {
    return JSON.parse(text.slice(start, text.lastIndexOf('}') + 1))
  } catch {
    return null
  }
}
