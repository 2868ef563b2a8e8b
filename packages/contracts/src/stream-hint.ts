import { z } from 'zod'
import { StreamName } from './event.ts'

/** After a commit: a stream grew. Hints may be lost; gaps are read from the store. */
export const StreamHint = z.looseObject({
  sequence: z.int().min(0),
  /** Of a run. */
  status: z.string().optional(),
})
export type StreamHint = z.output<typeof StreamHint>

const Hints = z.object({ hints: z.array(StreamHint.extend({ stream: StreamName })) })

/** `events.<stream>`: a hint after commit that the stream grew. */
export const eventsSubject = (stream: StreamName): string => `events.${stream}`

/** Where hints of several streams that grew in one commit go: a message for each would cost more than the commit. */
export const manyEventsSubject = 'events.many'

/** Hints of one message at most: it stays far below the limit of a message. */
export const mostHints = 100

/** The streams that a message under `events.>` says to have grown; none where it says nothing. */
export function hintsOf(subject: string, payload: unknown): readonly (StreamHint & { readonly stream: string })[] {
  if (subject === manyEventsSubject) return Hints.safeParse(payload).data?.hints ?? []
  const hint = StreamHint.safeParse(payload)
  return hint.success ? [{ ...hint.data, stream: subject.slice('events.'.length) }] : []
}
