import type { OpenAiCompatibleOptions } from './options.ts'

/** What a model's endpoint accepts, where endpoints differ. */
export interface Dialect {
  readonly outputLimitField: 'max_tokens' | 'max_completion_tokens'
  readonly temperature: boolean
  readonly streamOptions: boolean
}

/** What is tried first. */
export function firstDialect({ outputLimitField }: Pick<OpenAiCompatibleOptions, 'outputLimitField'>): Dialect {
  return { outputLimitField: outputLimitField === 'auto' ? 'max_tokens' : outputLimitField, temperature: true, streamOptions: true }
}

/**
 * Learns from the message of a 400 or 422 what the endpoint does not accept; null where it says nothing of that.
 * A refused request costs nothing, so it may be sent again at once in the new dialect.
 */
export function learnDialect(dialect: Dialect, fixedLimitField: boolean, message: string): Dialect | null {
  if (!fixedLimitField && dialect.outputLimitField === 'max_tokens' && message.includes('max_completion_tokens')) {
    return { ...dialect, outputLimitField: 'max_completion_tokens' }
  }
  const refuses = /unsupported|not support|unknown|unrecognized|not permitted|extra|deprecated|only the default/i.test(message)
  if (refuses && dialect.temperature && /\btemperature\b/.test(message)) return { ...dialect, temperature: false }
  if (refuses && dialect.streamOptions && message.includes('stream_options')) return { ...dialect, streamOptions: false }
  return null
}
