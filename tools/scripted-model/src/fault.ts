import { z } from 'zod'

/** What goes wrong with one request. `after` counts the events (or words) that still come through. */
export const Fault = z.discriminatedUnion('kind', [
  /** Refuses with a status, as 429 with `{ 'retry-after': '2' }`. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(100).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.union([z.string(), z.record(z.string(), z.json())]).optional(),
  }),
  /** The connection breaks in the middle. */
  z.strictObject({ kind: z.literal('cut'), after: z.int().min(0).default(1) }),
  /** The stream ends in order, without a finish reason and without `[DONE]`. */
  z.strictObject({ kind: z.literal('no-finish') }),
  /** The arguments of every tool call are no JSON. */
  z.strictObject({ kind: z.literal('malformed-arguments') }),
  /** An event in the stream is no JSON. */
  z.strictObject({ kind: z.literal('garbage') }),
  /** An error as an event in the stream, after it began well. */
  z.strictObject({ kind: z.literal('error-event'), error: z.record(z.string(), z.json()) }),
  /** Takes the request and says nothing, not even a status. */
  z.strictObject({ kind: z.literal('never-answers') }),
  /** Begins, then says nothing more. */
  z.strictObject({ kind: z.literal('stalls'), after: z.int().min(0).default(1) }),
  /** So many milliseconds between events. */
  z.strictObject({ kind: z.literal('slow'), everyMs: z.int().min(1) }),
  /** A reply of so many characters. */
  z.strictObject({ kind: z.literal('huge'), characters: z.int().min(1) }),
  /** These bytes as the body, as from a file of fixtures. */
  z.strictObject({ kind: z.literal('raw'), body: z.string(), contentType: z.string().default('text/event-stream'), headers: z.record(z.string(), z.string()).default({}) }),
])
export type Fault = z.output<typeof Fault>
export type FaultInput = z.input<typeof Fault>
