import { z } from 'zod'
import { EventEnvelope, LiveMessage, StreamName } from './event.ts'
import { QuestionStatus } from './question.ts'
import { RunSummary } from './run.ts'
import { PageQuery } from './page.ts'
import { ProjectId, RunId, TaskId } from './ids.ts'
import { RunStatus } from './run-status.ts'
import { ModeFile } from './mode.ts'
import { PolicyProfile } from './policy-profile.ts'

/** `GET /api/v1/runs` */
export const ListRuns = PageQuery.extend({
  projectId: ProjectId.optional(),
  taskId: TaskId.optional(),
  /** Comma-separated states. */
  status: z.string().optional().transform((list, context) => {
    if (list === undefined) return undefined
    const parsed = z.array(RunStatus).safeParse(list.split(','))
    if (parsed.success) return parsed.data
    context.addIssue({ code: 'custom', message: `one or more of ${RunStatus.options.join(', ')}, separated by commas` })
    return z.NEVER
  }),
})
export type ListRuns = z.output<typeof ListRuns>

/** `GET /api/v1/runs/:id/events` */
export const ReadEvents = z.strictObject({
  /** Sequence after which to go on; 0 is the start. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
export type ReadEvents = z.output<typeof ReadEvents>

export const ListQuestions = PageQuery.extend({ runId: RunId.optional(), status: QuestionStatus.optional() })
export type ListQuestions = z.output<typeof ListQuestions>

export const AnswerQuestion = z.strictObject({ answer: z.string().min(1).max(64), note: z.string().max(4000).nullable().default(null) })
export type AnswerQuestion = z.output<typeof AnswerQuestion>

export const CancelRun = z.strictObject({ reason: z.string().min(1).max(500).default('cancelled by a person') })
export type CancelRun = z.output<typeof CancelRun>

/** Changes to what is asked when a run is tried again. */
export const RetryRun = z.strictObject({ prompt: z.string().min(1).max(100_000).optional(), model: z.string().optional() })
export type RetryRun = z.output<typeof RetryRun>

export const Accepted = z.strictObject({ id: RunId })
export type Accepted = z.output<typeof Accepted>

export const PolicySummary = PolicyProfile.pick({ name: true, description: true, situation: true, sandbox: true, maxCostMicroUsd: true })
  .extend({ preset: z.boolean(), rules: z.int(), guards: z.int() })
export type PolicySummary = z.output<typeof PolicySummary>

export const ModeSummary = ModeFile.omit({ prompt: true, history: true, processors: true }).extend({ preset: z.boolean() })
export type ModeSummary = z.output<typeof ModeSummary>

export const CheckResult = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  /** What to do, where it is not ok. */
  help: z.string().nullable(),
})
export type CheckResult = z.output<typeof CheckResult>

/** `GET /health` is open, so it tells only whether; `GET /api/v1/health` tells why. */
export const Health = z.strictObject({ status: z.enum(['ok', 'degraded', 'stopping']), version: z.string() })
export type Health = z.output<typeof Health>

/** `GET /api/v1/queue`: what waits in the queue, and what the store wants of it. */
export const QueueState = z.strictObject({
  adapter: z.string(), connected: z.boolean(), pending: z.int(), inFlight: z.int(), deadLetters: z.int(), oldestAgeMs: z.number().nullable(),
  jobs: z.strictObject({ pending: z.int(), published: z.int(), claimed: z.int() }),
})
export type QueueState = z.output<typeof QueueState>

export const DetailedHealth = Health.extend({
  checks: z.array(CheckResult),
  store: z.strictObject({ engine: z.string(), migration: z.int(), sizeBytes: z.number() }),
  queue: QueueState.omit({ jobs: true }),
  jobs: QueueState.shape.jobs,
  workers: z.array(z.strictObject({ id: z.string(), pools: z.array(z.string()), slots: z.int(), busy: z.int(), sandbox: z.string(), seenAt: z.iso.datetime() })),
  model: z.strictObject({ configured: z.boolean(), baseUrl: z.string().nullable(), model: z.string().nullable() }),
  dataDirectory: z.strictObject({ path: z.string(), bytes: z.number(), quotaBytes: z.number() }),
})
export type DetailedHealth = z.output<typeof DetailedHealth>

/** Where `GET /api/v1/runs/:id/stream` goes on; `Last-Event-ID` counts more. */
export const StreamPosition = z.strictObject({ after: z.coerce.number().int().min(0).default(0) })
export type StreamPosition = z.output<typeof StreamPosition>

/** What a client asks on `GET /api/v1/stream` (WebSocket). */
export const StreamRequest = z.discriminatedUnion('kind', [
  /** Everything of one stream after the sequence, then live. */
  z.strictObject({ kind: z.literal('subscribe'), stream: StreamName, after: z.int().min(0).default(0) }),
  z.strictObject({ kind: z.literal('unsubscribe'), stream: StreamName }),
  /** Summaries of runs as they change; where the list is read once `caught-up` has come, nothing is missed. */
  z.strictObject({ kind: z.literal('subscribe-runs'), projectId: ProjectId.optional() }),
])
export type StreamRequest = z.output<typeof StreamRequest>

/** What the server sends on a stream. */
export const StreamMessage = z.discriminatedUnion('kind', [
  /** The first message over SSE. */
  z.strictObject({ kind: z.literal('connected'), runId: RunId }),
  z.strictObject({ kind: z.literal('event'), event: EventEnvelope }),
  z.strictObject({ kind: z.literal('live'), message: LiveMessage }),
  z.strictObject({ kind: z.literal('run'), run: RunSummary }),
  /** Everything recorded when the subscription began has been sent; for `runs`, of which nothing is sent then: each later change will be. */
  z.strictObject({ kind: z.literal('caught-up'), stream: z.string(), sequence: z.int() }),
  z.strictObject({ kind: z.literal('error'), code: z.string(), message: z.string() }),
])
export type StreamMessage = z.output<typeof StreamMessage>
