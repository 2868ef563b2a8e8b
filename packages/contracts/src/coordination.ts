import { z } from 'zod'
import { BlobRef } from './blob.ts'
import { DeliverMode } from './run-request.ts'
import { OrdinalFact, StallSignal } from './fact.ts'
import { JobId, RunId, WorkerId } from './ids.ts'
import { Message, ToolCall } from './message.ts'
import { MicroUsd, Usage } from './money.ts'
import { PoolName } from './job.ts'
import { Receipt } from './receipt.ts'

/** A worker says that it is there. Repeated every few seconds; core forgets it when it falls silent. */
export const AnnounceRequest = z.strictObject({
  workerId: WorkerId,
  pools: z.array(PoolName).min(1),
  slots: z.int().min(1),
  busy: z.int().min(0),
  sandbox: z.string(),
  version: z.string(),
  stopping: z.boolean().default(false),
})
export type AnnounceRequest = z.output<typeof AnnounceRequest>
export const AnnounceReply = z.strictObject({ everyMs: z.int() })
export type AnnounceReply = z.output<typeof AnnounceReply>

export const ClaimRequest = z.strictObject({ jobId: JobId, runId: RunId, publication: z.int().min(1), workerId: WorkerId })
export type ClaimRequest = z.output<typeof ClaimRequest>

/** Where a run stands, for a worker that continues it. Folded by core from the run's events. */
export const RunProgress = z.strictObject({
  stage: z.enum(['new', 'working', 'checking', 'delivering']),
  /** The conversation so far, or its JSON in the artifact store. */
  conversation: z.union([BlobRef, z.array(Message)]),
  /** Calls of the last turn without a result yet, in order. */
  pendingCalls: z.array(ToolCall),
  /** Answers to questions by tool call id. */
  answers: z.record(z.string(), z.strictObject({ option: z.string(), note: z.string().nullable() })),
  turns: z.int().min(0),
  usage: Usage,
  spentMicroUsd: MicroUsd,
  /** Milliseconds that earlier attempts worked. */
  workedMs: z.number().min(0),
  baseCommit: z.string().nullable(),
  /** Commit of checkpoint 0 and of the last one in the shadow repository. */
  firstCheckpoint: z.string().nullable(),
  lastCheckpoint: z.string().nullable(),
  bundle: BlobRef.nullable(),
  setupDone: z.boolean(),
  receipts: z.array(Receipt),
  baselines: z.array(Receipt),
  gateFailures: z.int().min(0),
  stalls: z.array(StallSignal),
})
export type RunProgress = z.output<typeof RunProgress>

export const ClaimReply = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('claimed'),
    attempt: z.int().min(1),
    leaseMs: z.int().min(1),
    progress: RunProgress,
    /** What may be spent before `extendHold` must be asked. */
    sliceMicroUsd: MicroUsd,
    sliceTokens: z.int().min(0),
  }),
  /** Nothing to do: acknowledge the job and forget it. */
  z.strictObject({ kind: z.literal('gone'), reason: z.string() }),
  /** Somebody else holds it, or a limit is reached: give the message back. */
  z.strictObject({ kind: z.literal('busy'), retryMs: z.int().min(0) }),
])
export type ClaimReply = z.output<typeof ClaimReply>

export const RenewRequest = z.strictObject({ runId: RunId, attempt: z.int().min(1), workerId: WorkerId })
export type RenewRequest = z.output<typeof RenewRequest>
export const RenewReply = z.strictObject({
  /** `lost`: the attempt is no longer current; kill the tree and forget it. */
  command: z.enum(['go', 'pause', 'cancel', 'lost']),
  leaseMs: z.int().min(0),
})
export type RenewReply = z.output<typeof RenewReply>

export const RecordRequest = z.strictObject({
  runId: RunId,
  attempt: z.int().min(1),
  workerId: WorkerId,
  facts: z.array(OrdinalFact).min(1).max(200),
})
export type RecordRequest = z.output<typeof RecordRequest>
export const RecordReply = z.strictObject({
  /** The last ordinal that core has stored of this attempt; the worker resends from the next one. */
  accepted: z.int().min(0),
  command: z.enum(['go', 'pause', 'cancel', 'lost']),
})
export type RecordReply = z.output<typeof RecordReply>

/**
 * Asks for more of the run's budget. `needed` is what the whole slice must hold, the calls under way and the next one together, when core
 * has every cost so far; so asking twice takes nothing more. The answer is the whole slice after the grant, never less than what was needed.
 */
export const ExtendHoldRequest = z.strictObject({ runId: RunId, attempt: z.int().min(1), neededMicroUsd: MicroUsd, neededTokens: z.int().min(0) })
export type ExtendHoldRequest = z.output<typeof ExtendHoldRequest>
export const ExtendHoldReply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('granted'), sliceMicroUsd: MicroUsd, sliceTokens: z.int().min(0) }),
  z.strictObject({ kind: z.literal('refused'), reason: z.string() }),
])
export type ExtendHoldReply = z.output<typeof ExtendHoldReply>

export const SecretRequest = z.strictObject({ runId: RunId, attempt: z.int().min(1), scope: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/) })
export type SecretRequest = z.output<typeof SecretRequest>
export const SecretReply = z.strictObject({ value: z.string().nullable() })
export type SecretReply = z.output<typeof SecretReply>

/** Asked before an effect that the outside sees: push, branch, pull request, deploy. */
export const PermitEffectRequest = z.strictObject({ runId: RunId, attempt: z.int().min(1), effect: z.literal('deliver'), mode: DeliverMode, tree: z.string() })
export type PermitEffectRequest = z.output<typeof PermitEffectRequest>
export const PermitEffectReply = z.strictObject({ permitted: z.boolean(), reason: z.string() })
export type PermitEffectReply = z.output<typeof PermitEffectReply>

export const RecallRequest = z.strictObject({ runId: RunId, attempt: z.int().min(1), query: z.string().max(4000), limit: z.int().min(1).max(50).default(5) })
export type RecallRequest = z.output<typeof RecallRequest>
export const RecallReply = z.strictObject({ memories: z.array(z.strictObject({ text: z.string(), score: z.number() })) })
export type RecallReply = z.output<typeof RecallReply>
