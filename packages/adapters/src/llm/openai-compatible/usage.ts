import type { Usage } from '@codeforge/contracts/money'
import { toldCost } from '../../http/cost.ts'
import type { WireUsage } from './wire-chunk.ts'

/** Tokens of one reply beyond which a figure is none. */
const mostTokens = 1e9

/**
 * Counts every token once: cached ones within the prompt, reasoning within the completion. Some servers report one of them
 * beside it instead; the total gives that away. Null where there are no figures, or such as cannot be.
 */
export function usageOf(wire: WireUsage | null): Usage | null {
  if (!wire) return null
  const cached = whole(wire.prompt_tokens_details?.cached_tokens ?? wire.prompt_cache_hit_tokens ?? wire.cache_read_input_tokens)
  const reasoning = whole(wire.completion_tokens_details?.reasoning_tokens)
  const prompt = whole(wire.prompt_tokens)
  const completion = whole(wire.completion_tokens)
  if (prompt + completion === 0 || prompt + completion > mostTokens) return null
  const unaccounted = whole(wire.total_tokens) - prompt - completion
  const promptTokens = prompt + (cached > 0 && (unaccounted === cached || unaccounted === cached + reasoning) ? cached : 0)
  const completionTokens = completion + (reasoning > 0 && (unaccounted === reasoning || unaccounted === cached + reasoning) ? reasoning : 0)
  return {
    promptTokens,
    cachedPromptTokens: Math.min(cached, promptTokens),
    completionTokens,
    reasoningTokens: Math.min(reasoning, completionTokens),
  }
}

/**
 * The cost in micro-dollars: from the usage, else from LiteLLM's response header. The header of a stream is sent before
 * the cost is known, so a zero there means nothing; null where nobody says.
 */
export function costOf(usage: WireUsage | null, header: string | readonly string[] | undefined, streamed: boolean): number | null {
  const told = toldCost(usage?.cost)
  if (told !== null) return told
  const headed = toldCost(header)
  return streamed && headed === 0 ? null : headed
}

function whole(count: number | null | undefined): number {
  return typeof count === 'number' && Number.isFinite(count) ? Math.min(Math.max(0, Math.round(count)), 2 * mostTokens) : 0
}
