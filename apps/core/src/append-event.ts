import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { StreamName, SystemEvent } from '@codeforge/contracts/event'
import { EventId } from '@codeforge/contracts/ids'
import type { AppendContext } from '@codeforge/ports/store/events'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CorePorts } from './ports.ts'
import { RivalFirst } from './retried.ts'

/** Adds an event to the end of a project's or the system's stream, which no row lock guards; the caller's transaction must be `retried`. */
export async function appendEvent(
  { ids, clock }: Pick<CorePorts, 'ids' | 'clock'>, { events }: Pick<Repositories, 'events'>, stream: StreamName, data: SystemEvent, context: AppendContext,
): Promise<void> {
  const draft = { id: EventId.parse(ids.next()), at: clock.now(), attempt: null, data }
  try {
    await events.append(stream, await events.lastSequence(stream), [draft], context)
  } catch (error) {
    throw error instanceof CodeForgeError && error.code === 'stale-version' ? new RivalFirst(error) : error
  }
}
