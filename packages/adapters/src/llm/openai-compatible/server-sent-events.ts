import { createParser } from 'eventsource-parser'

/** The data of each event in a stream of server-sent events. An end without a blank line ends the last event. */
export async function* eventsIn(texts: AsyncIterable<string>): AsyncIterable<string> {
  const events: string[] = []
  const parser = createParser({ onEvent: ({ data }) => events.push(data) })
  for await (const text of texts) {
    parser.feed(text)
    yield* events.splice(0)
  }
  parser.feed('\n\n')
  yield* events
}
