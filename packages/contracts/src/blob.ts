import { z } from 'zod'

export const Digest = z.string().regex(/^[0-9a-f]{64}$/).brand<'Digest'>()
/** SHA-256 of the bytes, lower-case hex. */
export type Digest = z.output<typeof Digest>

/** A large value that travels as its address in the artifact store. */
export const BlobRef = z.strictObject({
  kind: z.literal('blob'),
  digest: Digest,
  /** Bytes. */
  size: z.int().min(0),
  mediaType: z.string().max(128),
  /** The first characters, for people; never parsed. */
  preview: z.string().max(2048).default(''),
})
export type BlobRef = z.output<typeof BlobRef>

/** UTF-8 bytes that a text may have inside a message before it must travel as a BlobRef. */
export const inlineTextLimit = 16 * 1024

/** Bytes of any one message on the queue. */
export const messageLimit = 64 * 1024

/** A text by value, or by address where it is larger than `inlineTextLimit`. */
export const Text = z.union([z.string(), BlobRef])
export type Text = z.output<typeof Text>

export const Json = z.json()
export type Json = z.output<typeof Json>

/** Arguments of a tool call by value, or by address where their JSON is larger than `inlineTextLimit`. */
export const Arguments = z.union([BlobRef, z.record(z.string(), Json)])
export type Arguments = z.output<typeof Arguments>
