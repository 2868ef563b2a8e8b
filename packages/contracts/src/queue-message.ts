import { z } from 'zod'
import { messageLimit } from './blob.ts'
import { CodeForgeError, ErrorCode, ErrorDetails } from './error-code.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The bytes of a message on the queue: JSON, at most `messageLimit`; more is refused with `payload-too-large`. */
export function encodeMessage(value: unknown): Uint8Array {
  const bytes = encoder.encode(JSON.stringify(value) ?? 'null')
  if (bytes.length > messageLimit) {
    throw new CodeForgeError('payload-too-large', `A message may have ${messageLimit} bytes, this one has ${bytes.length}.`, {
      details: { limit: messageLimit, size: bytes.length },
    })
  }
  return bytes
}

/** Reads a message's JSON; `invalid-input` where it is none. What it means is for the schema of its subject. */
export function decodeMessage(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new CodeForgeError('invalid-input', 'The message is not JSON.', { cause })
  }
}

/** What comes back from a request: a value, or an error that keeps its code across processes. */
export const Reply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('value'), value: z.unknown() }),
  z.strictObject({ kind: z.literal('error'), code: ErrorCode, message: z.string(), details: ErrorDetails }),
])
export type Reply = z.output<typeof Reply>

/** The bytes of a reply. One that is too large becomes the coded error that says so. */
export function encodeReply(value: unknown): Uint8Array {
  try {
    return encodeMessage({ kind: 'value', value: value ?? null } satisfies Reply)
  } catch (error) {
    return encodeErrorReply(error)
  }
}

/** The bytes of a refusal. The text of an error without a code stays in its process: it may hold secrets. */
export function encodeErrorReply(error: unknown): Uint8Array {
  const known = error instanceof CodeForgeError ? error : new CodeForgeError('internal', 'The request failed inside the service.')
  const reply = { kind: 'error', code: known.code, message: known.message.slice(0, 4096), details: known.details } satisfies Reply
  try {
    return encodeMessage(reply)
  } catch {
    return encodeMessage({ ...reply, details: {} } satisfies Reply)
  }
}

/** The value of a reply; throws the error that travelled. */
export function decodeReply(bytes: Uint8Array): unknown {
  const reply = Reply.safeParse(decodeMessage(bytes))
  if (!reply.success) throw new CodeForgeError('internal', 'The reply has an unknown shape.', { cause: reply.error })
  if (reply.data.kind === 'error') throw new CodeForgeError(reply.data.code, reply.data.message, { details: reply.data.details })
  return reply.data.value
}
