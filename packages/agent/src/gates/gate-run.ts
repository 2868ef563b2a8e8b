import type { BlobRef } from '@codeforge/contracts/blob'
import type { GateSpec } from '@codeforge/contracts/gate'
import type { Checkpoint } from '@codeforge/ports/vcs'
import { z } from 'zod'
import type { Agent } from '../run/session.ts'
import { collectOutput, endingOf } from '../tools/collect-output.ts'
import { parseOutput, parseReport } from './reports/parse.ts'
import type { TestReport } from './reports/report.ts'

const TestLine = z.object({ name: z.string(), status: z.enum(['passed', 'failed', 'skipped']) })

/** What came of running a gate's command once. Kept in the baseline's cache as JSON. */
export const GateRun = z.object({
  exitCode: z.int().nullable(),
  /** How it ended, in words. */
  ending: z.string(),
  durationMs: z.number(),
  tree: z.string(),
  report: z.object({
    format: z.enum(['tap', 'junit', 'json', 'text']),
    passed: z.int(), failed: z.int(), skipped: z.int(),
    tests: z.array(TestLine).nullable(),
  }).nullable(),
})
export type GateRun = Omit<z.output<typeof GateRun>, 'report'> & { readonly report: TestReport | null }

export interface FreshRun extends GateRun {
  readonly text: string
  readonly output: BlobRef | null
  /** Recorded files that the command itself changed. */
  readonly changed: readonly string[]
}

/** Runs a gate's command once in the run's sandbox, on the tree as it is, which becomes the last checkpoint. */
export async function runGate(agent: Agent, gate: GateSpec): Promise<FreshRun> {
  return runGateOn(agent, gate, await takeAndRecord(agent, `before gate ${gate.name}`))
}

/** The same where the caller took the checkpoint and means to put the workspace back: nothing is recorded. */
export async function runGateOn(agent: Agent, gate: GateSpec, before: Checkpoint): Promise<FreshRun> {
  const { place, ports, control, live, work } = agent
  const old = gate.report === undefined ? null : await place.files.readText(gate.report).catch(() => null)
  const timeoutMs = gate.timeoutSeconds * 1000
  const show = (text: string): void => live.send({ kind: 'terminal.delta', runId: work.runId, callId: `gate ${gate.name}`, text })
  const request = { command: gate.command, directory: '.', environment: place.environment, timeoutMs }
  const { text, bytes, ended } = await collectOutput(place.sandbox, request, show, control.signal)
  const output = bytes.length === 0 ? null : await ports.artifactStore.put(bytes, 'text/plain; charset=utf-8', control.signal)
  const report = (await reportFile(agent, gate, old)) ?? parseOutput(text)
  const after = await place.workspace.checkpoint(`after gate ${gate.name}`, control.signal)
  const changed = after.tree === before.tree ? [] : (await place.workspace.changes(before.id, after.id, control.signal)).map(({ path }) => path)
  return { exitCode: ended.exitCode, ending: endingOf(ended, timeoutMs), durationMs: ended.durationMs, tree: before.tree, report, text, output, changed }
}

/** A report that was there before and is the same now was not written by this run. */
async function reportFile({ place }: Agent, gate: GateSpec, old: string | null): Promise<TestReport | null> {
  if (gate.report === undefined) return null
  const text = await place.files.readText(gate.report).catch(() => null)
  return text === null || text === old ? null : parseReport(text)
}

/** Checkpoints the workspace and tells core where it differs from the last one. */
export async function takeAndRecord(agent: Agent, label: string): Promise<Checkpoint> {
  const { checkpoint, facts } = await agent.checkpoints.take(label)
  if (facts.length > 0) await agent.outbox.add(...facts)
  return checkpoint
}
