import { z } from 'zod'
import { WireError } from '../../http/wire-error.ts'

const Content = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).nullish()
const FunctionDelta = z.looseObject({
  name: z.string().nullish(),
  /** Some servers send the object itself. */
  arguments: z.union([z.string(), z.record(z.string(), z.json())]).nullish(),
})

/** A call, or a piece of one. Some servers leave out the index, the id, or both. */
export const WireToolCall = z.looseObject({ index: z.int().nullish(), id: z.string().nullish(), function: FunctionDelta.nullish() })
export type WireToolCall = z.output<typeof WireToolCall>

/** What one chunk adds; a reply that does not stream has the same fields as a whole. */
export const WireDelta = z.looseObject({
  content: Content,
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  tool_calls: z.array(WireToolCall).nullish(),
  function_call: FunctionDelta.nullish(),
})
export type WireDelta = z.output<typeof WireDelta>

const count = z.number().nullish()

export const WireUsage = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z.looseObject({ cached_tokens: count }).nullish(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: count }).nullish(),
  /** DeepSeek. */
  prompt_cache_hit_tokens: count,
  /** Anthropic's own name, which LiteLLM passes on. */
  cache_read_input_tokens: count,
  /** Dollars; OpenRouter, and LiteLLM where it is told to. */
  cost: z.unknown().optional(),
})
export type WireUsage = z.output<typeof WireUsage>

/** One event of a stream, or a whole reply. Only what is read here is checked; the rest may be anything. */
export const WireChunk = z.looseObject({
  choices: z.array(z.looseObject({ delta: WireDelta.nullish(), message: WireDelta.nullish(), finish_reason: z.string().nullish() })).nullish(),
  /** Odd figures must not lose a reply that has been paid. */
  usage: WireUsage.nullish().catch(null),
  x_groq: z.looseObject({ usage: WireUsage.nullish() }).nullish().catch(null),
  error: WireError.nullish(),
})
export type WireChunk = z.output<typeof WireChunk>
