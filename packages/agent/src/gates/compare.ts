import type { GateSpec } from '@codeforge/contracts/gate'
import type { GateRun } from './gate-run.ts'
import type { TestReport, TestStatus } from './reports/report.ts'

const mostNamed = 8

/** What is wrong with a gate's result beside its baseline, a sentence each; empty: it holds. */
export function compareRuns(gate: Pick<GateSpec, 'requires' | 'allowFewerTests'>, baseline: GateRun | null, now: GateRun): readonly string[] {
  const counted = gate.allowFewerTests ? [] : [...ranNothing(baseline, now), ...fewerTests(baseline?.report ?? null, now.report)]
  return [...(gate.requires === 'green' ? notGreen(now) : newFailures(baseline, now)), ...counted]
}

function notGreen({ exitCode, ending, report }: GateRun): string[] {
  if (exitCode !== 0) return [`The command failed: ${ending}.`]
  const failed = report?.failed ?? 0
  return failed > 0 ? [`The command ended with exit code 0, but its report counts ${failed} failed tests.`] : []
}

function newFailures(baseline: GateRun | null, now: GateRun): string[] {
  if (now.exitCode === null) return [`The command did not end by itself: ${now.ending}.`]
  if (now.exitCode === 0 && (now.report?.failed ?? 0) === 0) return []
  const before = baseline?.report
  if (!before || !now.report) return baseline?.exitCode === now.exitCode && now.exitCode !== 0
    ? ['The command fails as it did before the change, but reports no tests: nobody can say that nothing new fails. Use requires: green, or a runner that reports.']
    : [`The command failed: ${now.ending}.`]
  if (before.tests && now.report.tests) {
    const passedBefore = namesOf(before, 'passed')
    const broken = now.report.tests.filter(({ name, status }) => status === 'failed' && passedBefore.has(name)).map(({ name }) => name)
    const added = now.report.tests.filter(({ name, status }) => status === 'failed' && !before.tests?.some((test) => test.name === name)).map(({ name }) => name)
    return [...sentence('These tests passed before the change and fail now', broken), ...sentence('These new tests fail', added)]
  }
  return now.report.failed > before.failed ? [`${now.report.failed} tests fail; before the change it were ${before.failed}.`] : []
}

function ranNothing(baseline: GateRun | null, now: GateRun): string[] {
  if (now.exitCode === null) return []
  if (!now.report) return baseline?.report ? ['The command reported tests before the change and reports none now.'] : []
  const ran = now.report.passed + now.report.failed
  return ran === 0 ? ['The runner ran no test.'] : []
}

/** Tests that vanished or are skipped. With names each one is looked for; without, numbers must not fall. */
function fewerTests(before: TestReport | null, now: TestReport | null): string[] {
  if (!before || !now) return []
  const numbers = total(now) < total(before) ? [`${total(now)} tests are left of ${total(before)}.`] : []
  const skipped = now.skipped > before.skipped ? [`${now.skipped} tests are skipped; before the change it were ${before.skipped}.`] : []
  if (!before.tests || !now.tests) {
    const passed = now.passed < before.passed && now.failed === 0 ? [`${now.passed} tests pass; before the change it were ${before.passed}.`] : []
    return [...numbers, ...skipped, ...passed]
  }
  const present = new Map(now.tests.map(({ name, status }) => [name, status]))
  const vanished = before.tests.filter(({ name, status }) => status !== 'skipped' && !present.has(name)).map(({ name }) => name)
  const silenced = before.tests.filter(({ name, status }) => status !== 'skipped' && present.get(name) === 'skipped').map(({ name }) => name)
  return [...sentence('These tests vanished', vanished), ...sentence('These tests are skipped now', silenced), ...numbers, ...skipped]
}

function sentence(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
  return [`${what}: ${names.slice(0, mostNamed).map((name) => JSON.stringify(name)).join(', ')}${more}.`]
}

function namesOf(report: TestReport, status: TestStatus): ReadonlySet<string> {
  return new Set(report.tests?.filter((test) => test.status === status).map(({ name }) => name))
}

const total = ({ passed, failed, skipped }: TestReport): number => passed + failed + skipped
