import { z } from 'zod'
import { CodeStatus } from './code.ts'
import { Fact } from './fact.ts'
import { Actor, EventId, RequestId, TaskId, TenantId, WorkerId } from './ids.ts'
import { RunLifecycle } from './lifecycle.ts'
import { MicroUsd } from './money.ts'
import { StoredGraph } from './stored-graph.ts'

/** Events of the system itself and of projects. */
export const SystemEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('project.created'), name: z.string() }),
  z.strictObject({ kind: z.literal('project.updated'), changed: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('project.deleted') }),
  z.strictObject({ kind: z.literal('task.created'), taskId: TaskId, title: z.string() }),
  z.strictObject({ kind: z.literal('task.updated'), taskId: TaskId, changed: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('task.deleted'), taskId: TaskId }),
  z.strictObject({ kind: z.literal('worker.started'), workerId: WorkerId, pools: z.array(z.string()), slots: z.int(), sandbox: z.string() }),
  /** `reason`: it said goodbye, or was silent for too long. */
  z.strictObject({ kind: z.literal('worker.stopped'), workerId: WorkerId, reason: z.enum(['left', 'silent']) }),
  /** The code of a project's repository is being read. */
  z.strictObject({ kind: z.literal('index.started') }),
  z.strictObject({ kind: z.literal('index.completed'), status: CodeStatus }),
  z.strictObject({ kind: z.literal('index.failed'), code: z.string(), message: z.string() }),
  /** A model helped a search, or failed to; what it cost is booked. */
  z.strictObject({ kind: z.literal('search.started') }),
  z.strictObject({ kind: z.literal('search.completed'), queries: z.int(), candidates: z.int(), reranked: z.boolean(), costMicroUsd: MicroUsd, tokens: z.int() }),
  z.strictObject({ kind: z.literal('search.failed'), code: z.string(), message: z.string(), costMicroUsd: MicroUsd }),
  /** The graph of a project's code is stored. */
  z.strictObject({ kind: z.literal('graph.started') }),
  z.strictObject({ kind: z.literal('graph.completed'), stored: StoredGraph }),
  z.strictObject({ kind: z.literal('graph.failed'), code: z.string(), message: z.string() }),
  /** A custom profile came into force, new or changed. */
  z.strictObject({ kind: z.literal('policy.loaded'), name: z.string(), file: z.string() }),
  z.strictObject({ kind: z.literal('policy.removed'), name: z.string(), file: z.string() }),
  /** A profile's file is not in force as it stands; its last good version, where there is one, stays. */
  z.strictObject({ kind: z.literal('policy.rejected'), file: z.string(), problems: z.array(z.string()), inForce: z.string().nullable() }),
])
export type SystemEvent = z.output<typeof SystemEvent>

export const RunEventData = z.union([RunLifecycle, Fact])
export type RunEventData = z.output<typeof RunEventData>

export const EventData = z.union([RunLifecycle, Fact, SystemEvent])
export type EventData = z.output<typeof EventData>

/** A stream's name: `run.<id>`, `project.<id>`, `system`. */
export const StreamName = z.string().regex(/^(run\.[0-9a-f-]{36}|project\.[0-9a-f-]{36}|system)$/)
export type StreamName = z.output<typeof StreamName>

const envelope = {
  id: EventId,
  version: z.int().min(1),
  stream: StreamName,
  /** Gapless within its stream, from 1. */
  sequence: z.int().min(1),
  /** Order over all streams; has gaps. */
  position: z.int().min(0),
  tenant: TenantId,
  actor: Actor,
  /** The worker's claim it came from; null for lifecycle and system events. */
  attempt: z.int().min(1).nullable(),
  requestId: RequestId.nullable(),
  at: z.iso.datetime(),
}

/** A recorded event: `data` carries the kind again, so that it can be folded without its envelope. */
export const EventEnvelope = z.strictObject({ ...envelope, kind: z.string(), data: EventData })
export type EventEnvelope = z.output<typeof EventEnvelope>

export const RunEvent = z.strictObject({ ...envelope, kind: z.string(), data: RunEventData })
export type RunEvent = z.output<typeof RunEvent>

/** Streams of runs hold run events only. */
export function isRunEvent(event: EventEnvelope): event is RunEvent {
  return event.stream.startsWith('run.')
}

/** Broadcast, never stored: what it adds up to is in the events. */
export const LiveMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model.delta'), runId: z.string(), turn: z.int(), text: z.string() }),
  z.strictObject({ kind: z.literal('terminal.delta'), runId: z.string(), callId: z.string(), text: z.string() }),
])
export type LiveMessage = z.output<typeof LiveMessage>
