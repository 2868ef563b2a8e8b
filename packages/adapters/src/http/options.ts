import { Secret } from '@codeforge/contracts/secret'
import { z } from 'zod'

const BaseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((url) => !new URL(url).username && !new URL(url).password, { error: 'must not hold credentials; give the key as apiKey' })
  .transform((url) => url.replace(/\/+$/, ''))

/** A string becomes a `Secret` at once, so that nothing prints it. */
const SecretValue = z.union([z.instanceof(Secret), z.string().min(1).transform((value) => new Secret(value))])

/** How an OpenAI-compatible endpoint is reached. */
export const EndpointOptions = z.strictObject({
  /** Usually ends in `/v1`. */
  baseUrl: BaseUrl,
  /** Sent as `Authorization: Bearer`; without it no such header is sent. */
  apiKey: SecretValue.optional(),
  /** Sent with every request. Their values never appear in an error. */
  headers: z.record(z.string().min(1), SecretValue).default({}),
  organization: z.string().min(1).optional(),
  /** Milliseconds to reach the endpoint. */
  connectTimeoutMs: z.int().min(1).default(15_000),
  /** Milliseconds without a byte before the reply begins; a local model may load for long. */
  firstByteTimeoutMs: z.int().min(1).default(120_000),
  /** Milliseconds without a byte in the middle of a reply. */
  idleTimeoutMs: z.int().min(1).default(60_000),
  /** Bytes of one reply; an endpoint that sends more is cut off. */
  maxReplyBytes: z.int().min(1024).default(32 * 1024 * 1024),
})
export type EndpointOptions = z.output<typeof EndpointOptions>
