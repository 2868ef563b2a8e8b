import type { EventData, EventEnvelope, StreamName } from '@codeforge/contracts/event'
import type { Actor, RequestId, TenantId } from '@codeforge/contracts/ids'

export interface EventDraft {
  readonly id: string
  readonly at: Date
  readonly attempt: number | null
  readonly data: EventData
}

export interface AppendContext {
  readonly tenant: TenantId
  readonly actor: Actor
  readonly requestId: RequestId | null
}

export interface KindQuery {
  readonly tenant: TenantId
  readonly kinds: readonly string[]
  readonly since: Date
  readonly afterPosition: number
}

/** Events that go to the end of one stream. */
export interface StreamAppend {
  readonly stream: StreamName
  /** The sequence that they follow; 0 for a new stream. */
  readonly expected: number
  readonly drafts: readonly EventDraft[]
  readonly context: AppendContext
}

export interface EventStore {
  /** Appends after `expected` (0 for a new stream) and returns what was stored. `stale-version` where the stream has moved on. */
  append(stream: StreamName, expected: number, drafts: readonly EventDraft[], context: AppendContext): Promise<readonly EventEnvelope[]>
  /** Appends to several streams, each named once, in one statement: all or nothing. */
  appendAll(appends: readonly StreamAppend[]): Promise<void>
  /** In order, after the sequence (0: from the start). Old versions come upcast. */
  read(stream: StreamName, after: number, limit: number): Promise<readonly EventEnvelope[]>
  /** Over all streams in order of position, for webhooks and projections. */
  readAll(afterPosition: number, limit: number): Promise<readonly EventEnvelope[]>
  /** Events of some kinds since a moment, in order of position. */
  readKinds(query: KindQuery, limit: number): Promise<readonly EventEnvelope[]>
  /** 0 where the stream does not exist. */
  lastSequence(stream: StreamName): Promise<number>
  deleteStream(stream: StreamName): Promise<void>
}
