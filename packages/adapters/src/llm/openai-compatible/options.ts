import { z } from 'zod'
import { EndpointOptions } from '../../http/options.ts'

export const OpenAiCompatibleOptions = EndpointOptions.extend({
  /** Marks messages with `cache_control`, as Anthropic models behind LiteLLM want it; others may refuse it. */
  promptCache: z.boolean().default(false),
  /** The field for the output limit. `auto` begins with `max_tokens` and learns from the endpoint's refusal. */
  outputLimitField: z.enum(['auto', 'max_tokens', 'max_completion_tokens']).default('auto'),
})
export type OpenAiCompatibleOptions = z.output<typeof OpenAiCompatibleOptions>
