import type { EventEnvelope, StreamName } from '@codeforge/contracts/event'
import type { EventStore } from '@codeforge/ports/store/events'

const pageSize = 500

/** Every event of a stream in order, read page by page. */
export async function* readStream(events: Pick<EventStore, 'read'>, stream: StreamName): AsyncIterable<EventEnvelope> {
  let page: readonly EventEnvelope[] = []
  do {
    page = await events.read(stream, page.at(-1)?.sequence ?? 0, pageSize)
    yield* page
  } while (page.length === pageSize)
}
