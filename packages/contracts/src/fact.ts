import { z } from 'zod'
import { BlobRef, Text } from './blob.ts'
import { HoldId } from './ids.ts'
import { ToolCall } from './message.ts'
import { MicroUsd, Usage } from './money.ts'
import { QuestionDraft } from './question.ts'
import { Receipt } from './receipt.ts'
import { Outcome } from './run-status.ts'
import { DeliverMode } from './run-request.ts'
import { Verdict } from './verdict.ts'

/** Which check saw that a run goes nowhere. */
export const StallSignal = z.enum(['repeated-call', 'repeated-error', 'no-progress', 'oscillation'])
export type StallSignal = z.output<typeof StallSignal>

export const DiffStat = z.strictObject({ files: z.int().min(0), insertions: z.int().min(0), deletions: z.int().min(0) })
export type DiffStat = z.output<typeof DiffStat>

/** How a worker's work on a run came to its end; core decides what that makes of the run. */
export const WorkResult = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('finished'), summary: Text }),
  z.strictObject({ kind: z.literal('asked'), questions: z.array(QuestionDraft).min(1) }),
  z.strictObject({ kind: z.literal('paused') }),
  z.strictObject({ kind: z.literal('cancelled') }),
  z.strictObject({ kind: z.literal('handed-over') }),
  z.strictObject({
    kind: z.literal('failed'),
    outcome: Outcome.exclude(['succeeded', 'cancelled']),
    code: z.string(),
    message: z.string(),
  }),
])
export type WorkResult = z.output<typeof WorkResult>

/** What a worker observed. Only these come from workers; they are recorded as events of the same kind. */
export const Fact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('workspace.opened'),
    baseCommit: z.string().nullable(),
    tree: z.string(),
    /** Which sandbox adapter runs the commands. */
    sandbox: z.string(),
    /** Folders reused copy-on-write. */
    reused: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('setup.started'), commands: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('setup.completed'), cached: z.boolean(), durationMs: z.number(), output: BlobRef.nullable() }),
  z.strictObject({ kind: z.literal('setup.failed'), command: z.string(), exitCode: z.int().nullable(), output: Text }),
  z.strictObject({
    kind: z.literal('checkpoint.created'),
    checkpoint: z.string(),
    tree: z.string(),
    label: z.string(),
    stat: DiffStat,
    /** Packed objects, where another host may continue. */
    bundle: BlobRef.nullable(),
  }),
  z.strictObject({
    kind: z.literal('checkpoint.restored'),
    checkpoint: z.string(),
    tree: z.string(),
    reason: z.string(),
    /** The change that was taken back, as a patch. */
    undone: BlobRef.nullable(),
    stat: DiffStat.nullable().default(null),
  }),
  z.strictObject({ kind: z.literal('context.packed'), artifact: BlobRef.nullable(), tokens: z.int(), entries: z.int(), note: z.string() }),
  z.strictObject({ kind: z.literal('conversation.started'), system: Text, user: Text, tools: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('guidance.added'), text: Text }),
  z.strictObject({
    kind: z.literal('model.requested'),
    turn: z.int().min(1),
    model: z.string(),
    promptTokens: z.int(),
    holdId: HoldId,
    heldMicroUsd: MicroUsd,
  }),
  z.strictObject({
    kind: z.literal('model.completed'),
    turn: z.int().min(1),
    model: z.string(),
    text: Text,
    reasoning: Text.optional(),
    toolCalls: z.array(ToolCall),
    finish: z.enum(['stop', 'tool-calls', 'length', 'filtered']),
    usage: Usage,
    costMicroUsd: MicroUsd,
    /** Where the cost comes from. */
    costSource: z.enum(['header', 'price-table', 'unpriced', 'hold', 'scripted']),
    durationMs: z.number(),
    firstTokenMs: z.number().nullable(),
    holdId: HoldId,
  }),
  z.strictObject({
    kind: z.literal('model.failed'),
    turn: z.int().min(1),
    model: z.string(),
    code: z.string(),
    message: z.string(),
    willRetry: z.boolean(),
    /** Settled at its hold where the outcome is unknown. */
    costMicroUsd: MicroUsd,
    holdId: HoldId,
  }),
  /** A tool asked a model of its own accord: a search that a model helps. It is no turn of the conversation. */
  z.strictObject({
    kind: z.literal('toolcall.spent'),
    turn: z.int(),
    callId: z.string(),
    model: z.string(),
    usage: Usage,
    /** Settled at its hold where the outcome is unknown. */
    costMicroUsd: MicroUsd,
    costSource: z.enum(['header', 'price-table', 'unpriced', 'hold', 'scripted']),
    holdId: HoldId,
  }),
  z.strictObject({ kind: z.literal('toolcall.allowed'), turn: z.int(), call: ToolCall, verdict: Verdict }),
  z.strictObject({ kind: z.literal('toolcall.denied'), turn: z.int(), call: ToolCall, verdict: Verdict, observation: z.string() }),
  z.strictObject({ kind: z.literal('toolcall.asked'), turn: z.int(), call: ToolCall, verdict: Verdict }),
  z.strictObject({
    kind: z.literal('toolcall.completed'),
    turn: z.int(),
    callId: z.string(),
    tool: z.string(),
    ok: z.boolean(),
    /** Bounded: what the model sees. */
    observation: Text,
    /** Everything that was printed, where it was more than the observation. */
    output: BlobRef.nullable(),
    exitCode: z.int().nullable(),
    durationMs: z.number(),
    changedFiles: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('stall.detected'), signal: StallSignal, detail: z.string() }),
  z.strictObject({ kind: z.literal('gate.started'), gate: z.string(), command: z.string(), baseline: z.boolean() }),
  z.strictObject({ kind: z.literal('gate.passed'), receipt: Receipt, baseline: z.boolean() }),
  z.strictObject({ kind: z.literal('gate.failed'), receipt: Receipt, baseline: z.boolean() }),
  z.strictObject({ kind: z.literal('delivery.started'), mode: DeliverMode, tree: z.string() }),
  z.strictObject({
    kind: z.literal('delivery.completed'),
    mode: DeliverMode,
    tree: z.string(),
    branch: z.string().nullable(),
    commit: z.string().nullable(),
    patch: BlobRef.nullable(),
    stat: DiffStat,
  }),
  /** `patch`: the change that found no place, for whoever takes it by hand; null where there is none or it may not be kept. */
  z.strictObject({ kind: z.literal('delivery.failed'), mode: DeliverMode, code: z.string(), message: z.string(), patch: BlobRef.nullable().default(null), stat: DiffStat.nullable().default(null) }),
  /** What was changed so far by work that ends before it is done: judged by no gate, kept for whoever wants to look at it or take it by hand. */
  z.strictObject({ kind: z.literal('change.kept'), tree: z.string(), patch: BlobRef, stat: DiffStat }),
  z.strictObject({ kind: z.literal('work.ended'), result: WorkResult }),
])
export type Fact = z.output<typeof Fact>

/** A fact with its place in what its attempt observed: ordinals start at 1 and have no gap. */
export const OrdinalFact = z.strictObject({ ordinal: z.int().min(1), at: z.iso.datetime(), fact: Fact })
export type OrdinalFact = z.output<typeof OrdinalFact>
