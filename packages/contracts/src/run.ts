import { z } from 'zod'
import { BlobRef } from './blob.ts'
import { DiffStat } from './fact.ts'
import { ProjectId, RunId, TaskId, TenantId } from './ids.ts'
import { MicroUsd, Usage } from './money.ts'
import { DeliverMode } from './run-request.ts'
import { Outcome, RunStatus } from './run-status.ts'

/** A run as lists and the API show it: a projection, written in the transaction that records its events. */
export const Run = z.strictObject({
  id: RunId,
  projectId: ProjectId,
  taskId: TaskId.nullable(),
  tenant: TenantId,
  prompt: z.string(),
  mode: z.string(),
  policy: z.string(),
  model: z.string(),
  /** True where a recorded conversation stands in for a model. */
  scripted: z.boolean(),
  status: RunStatus,
  outcome: Outcome.nullable(),
  /** Why it ended as it did; null while it has not, or when it succeeded. */
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  summary: z.string().nullable(),
  attended: z.boolean(),
  deliver: DeliverMode,
  branch: z.string(),
  delivery: z.strictObject({
    branch: z.string().nullable(),
    commit: z.string().nullable(),
    patch: BlobRef.nullable(),
    stat: DiffStat,
  }).nullable(),
  /** The change of a run that ended without delivering it, in figures; null where there is none or it was delivered. Its patch is kept. */
  kept: DiffStat.nullable(),
  gates: z.array(z.strictObject({ name: z.string(), status: z.enum(['pending', 'running', 'passed', 'failed']), reason: z.string() })),
  sandbox: z.string().nullable(),
  turns: z.int(),
  toolCalls: z.int(),
  usage: Usage,
  costMicroUsd: MicroUsd,
  maxCostMicroUsd: MicroUsd,
  attempt: z.int(),
  priority: z.int(),
  retryOf: RunId.nullable(),
  openQuestions: z.int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** Sequence of the last event in its stream. */
  sequence: z.int(),
  version: z.int(),
})
export type Run = z.output<typeof Run>

export const RunSummary = Run.pick({
  id: true, projectId: true, taskId: true, prompt: true, mode: true, model: true, scripted: true, status: true, outcome: true,
  turns: true, costMicroUsd: true, maxCostMicroUsd: true, attempt: true, openQuestions: true, createdAt: true, startedAt: true, endedAt: true, sequence: true,
})
export type RunSummary = z.output<typeof RunSummary>
