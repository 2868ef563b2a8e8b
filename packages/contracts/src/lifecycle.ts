import { z } from 'zod'
import { Digest } from './blob.ts'
import { HoldId, QuestionId, RunId, WorkerId } from './ids.ts'
import { MicroUsd } from './money.ts'
import { QuestionDraft } from './question.ts'
import { Outcome } from './run-status.ts'
import { StoredWork } from './run-work.ts'

/** What becomes of a run. Only core's `decide` makes these, in the transaction that records their cause. */
export const RunLifecycle = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('run.queued'),
    prompt: z.string(),
    mode: z.string(),
    policy: z.string(),
    retryOf: RunId.nullable(),
    maxCostMicroUsd: MicroUsd,
    /** Only in events of older versions: the run has its work, which never changes. */
    work: StoredWork.optional(),
    /** The digest of its terms, which name mode and profile by theirs; in events of older versions those two. */
    pinned: z.array(Digest).optional(),
  }),
  z.strictObject({ kind: z.literal('attempt.started'), attempt: z.int().min(1), workerId: WorkerId }),
  z.strictObject({ kind: z.literal('attempt.lost'), attempt: z.int().min(1), reason: z.string() }),
  /** The worker gave the run back unharmed, for example because it shuts down. */
  z.strictObject({ kind: z.literal('attempt.released'), attempt: z.int().min(1), reason: z.string() }),
  z.strictObject({ kind: z.literal('run.started') }),
  /** Back to work after a gate failed. */
  z.strictObject({ kind: z.literal('run.reworking') }),
  z.strictObject({ kind: z.literal('run.checking') }),
  z.strictObject({ kind: z.literal('run.delivering') }),
  z.strictObject({ kind: z.literal('run.waiting'), questionIds: z.array(QuestionId) }),
  z.strictObject({ kind: z.literal('question.asked'), questionId: QuestionId, draft: QuestionDraft, deadlineAt: z.iso.datetime() }),
  z.strictObject({ kind: z.literal('question.answered'), questionId: QuestionId, subject: z.string(), answer: z.string(), note: z.string().nullable() }),
  z.strictObject({ kind: z.literal('question.expired'), questionId: QuestionId, subject: z.string(), answer: z.string() }),
  z.strictObject({ kind: z.literal('question.withdrawn'), questionId: QuestionId, subject: z.string() }),
  z.strictObject({ kind: z.literal('run.pause-requested') }),
  z.strictObject({ kind: z.literal('run.paused') }),
  z.strictObject({ kind: z.literal('run.resumed') }),
  z.strictObject({ kind: z.literal('run.cancel-requested'), reason: z.string() }),
  z.strictObject({ kind: z.literal('budget.alerted'), percent: z.union([z.literal(80), z.literal(90)]), spentMicroUsd: MicroUsd }),
  z.strictObject({ kind: z.literal('budget.overrun'), heldMicroUsd: MicroUsd, costMicroUsd: MicroUsd }),
  /** Money that an attempt spent which was no longer current: refused as a fact, booked all the same. */
  z.strictObject({ kind: z.literal('spend.booked'), attempt: z.int().min(1), holdId: HoldId, costMicroUsd: MicroUsd }),
  z.strictObject({ kind: z.literal('run.succeeded'), summary: z.string() }),
  z.strictObject({ kind: z.literal('run.failed'), outcome: Outcome.exclude(['succeeded', 'cancelled']), code: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal('run.cancelled'), reason: z.string() }),
])
export type RunLifecycle = z.output<typeof RunLifecycle>
