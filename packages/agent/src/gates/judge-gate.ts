import type { GateSpec } from '@codeforge/contracts/gate'
import type { Receipt } from '@codeforge/contracts/receipt'
import type { Agent } from '../run/session.ts'
import { compareRuns } from './compare.ts'
import { definitionChanges } from './definition-changes.ts'
import { runGate, type FreshRun, type GateRun } from './gate-run.ts'
import { countsOf, type TestReport } from './reports/report.ts'
import { findTampering } from './tampering.ts'
import { formerText } from './former-text.ts'
import { runWithFormerTests } from './former-tests.ts'

export interface Judged {
  readonly receipt: Receipt
  /** What the command printed. */
  readonly text: string
}

/** Runs a gate on the present tree and judges more than its exit code: the tests beside the baseline, and what the change did to them. */
export async function judgeGate(agent: Agent, gate: GateSpec, baseline: GateRun | null): Promise<Judged> {
  const { run, problems: unstable } = await runUntilStable(agent, gate)
  const diff = await diffOf(agent)
  const named = Boolean(run.report?.tests && (baseline === null || baseline.report?.tests))
  const turned = turnedGreen(baseline, run)
  const compared = compareRuns(gate, baseline, run)
  const definitions = await changedDefinitions(agent, gate, diff, named)
  const tampering = findTampering(diff, { turned, named })
  const allowed = gate.allowFewerTests
  const problems = [
    ...unstable,
    ...compared,
    ...(allowed ? [] : tampering.problems),
    ...(allowed || definitions.length === 0 ? [] : [`What defines the gate was changed, which needs permission: ${definitions.join(', ')}.`]),
  ]
  if (problems.length === 0 && turned && !allowed && tampering.changedTests.length > 0) problems.push(...(await formerTests(agent, gate, { baseline, diff, paths: tampering.changedTests })))
  const changed = { definitions, tests: tampering.changedTests }
  return { receipt: receiptOf(gate, baseline, run, problems, changed), text: run.text }
}

interface ChangedFiles {
  readonly definitions: readonly string[]
  readonly tests: readonly string[]
}

function receiptOf(gate: GateSpec, baseline: GateRun | null, run: FreshRun, problems: readonly string[], { definitions, tests }: ChangedFiles): Receipt {
  const passed = problems.length === 0
  const note = tests.length > 0 ? ` Changed tests: ${tests.slice(0, 10).join(', ')}.` : ''
  return {
    gate: gate.name,
    command: gate.command,
    passed,
    reason: `${passed ? holds(run) : problems.join(' ')}${note}`.slice(0, 4000),
    exitCode: run.exitCode,
    durationMs: run.durationMs,
    tree: run.tree,
    output: run.output,
    counts: run.report && countsOf(run.report),
    baseline: baseline?.report ? countsOf(baseline.report) : null,
    definitionChanges: [...new Set([...definitions, ...tests])],
  }
}

/** A gate that changes recorded files is run anew on what it left; one that changes them again proves nothing about any tree. */
async function runUntilStable(agent: Agent, gate: GateSpec): Promise<{ run: FreshRun; problems: readonly string[] }> {
  const first = await runGate(agent, gate)
  if (first.changed.length === 0) return { run: first, problems: [] }
  const second = await runGate(agent, gate)
  if (second.changed.length === 0) return { run: second, problems: [] }
  await agent.checkpoints.rewind()
  const files = second.changed.slice(0, 8).join(', ')
  return { run: second, problems: [`The command changes files each time it runs (${files}): let git ignore them.`] }
}

/** Tests that failed at checkpoint 0 pass now: the change, or what it did to the tests, made the difference. */
function turnedGreen(baseline: GateRun | null, run: GateRun): boolean {
  return baseline !== null && (baseline.exitCode !== 0 || (baseline.report?.failed ?? 0) > 0) && run.exitCode === 0
}

async function diffOf({ place, checkpoints, control }: Agent): Promise<string> {
  return new TextDecoder().decode(await place.workspace.diff(checkpoints.first, checkpoints.last.id, control.signal))
}

async function changedDefinitions(agent: Agent, gate: GateSpec, diff: string, named: boolean): Promise<readonly string[]> {
  const { place, checkpoints, control } = agent
  const changes = await place.workspace.changes(checkpoints.first, checkpoints.last.id, control.signal)
  const now = (path: string): Promise<string | null> => place.files.readText(path).catch(() => null)
  return definitionChanges({ gate, changes, named, now, before: async (path) => formerText(diff, path, await now(path)) })
}

interface FormerTests {
  readonly baseline: GateRun | null
  readonly diff: string
  readonly paths: readonly string[]
}

/** Tests that failed before must pass as they stood then: otherwise the tests were changed until they passed. */
async function formerTests(agent: Agent, gate: GateSpec, { baseline, diff, paths }: FormerTests): Promise<string[]> {
  const run = await runWithFormerTests(agent, gate, diff, paths)
  const still = stillFailing(baseline?.report ?? null, run.report)
  if (still !== null) return still.length === 0 ? [] : [`With the tests as they stood before the change, these still fail: ${still.slice(0, 8).map((name) => JSON.stringify(name)).join(', ')}.`]
  return run.exitCode === 0 ? [] : [`With the tests as they stood before the change (${paths.slice(0, 5).join(', ')}), the command still fails: ${run.ending}.`]
}

/** Tests that failed before and do not pass now; null where the reports do not name tests. */
function stillFailing(before: TestReport | null, now: TestReport | null): readonly string[] | null {
  if (!before?.tests || !now?.tests) return null
  const passing = new Set(now.tests.filter(({ status }) => status === 'passed').map(({ name }) => name))
  return before.tests.filter(({ name, status }) => status === 'failed' && !passing.has(name)).map(({ name }) => name)
}

function holds({ report, ending }: GateRun): string {
  if (!report) return `It passed: ${ending}. It reports no tests, so only the exit code speaks.`
  return `It passed: ${report.passed} tests pass, ${report.failed} fail, ${report.skipped} are skipped.`
}
