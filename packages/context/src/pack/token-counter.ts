import { estimateTokens } from '@codeforge/domain/tokens'

/** Counts the tokens of a text as a model does, or says that it only estimates. */
export interface TokenCounter {
  readonly counted: 'tokenizer' | 'estimate'
  count(text: string): number
}

/** Leans to too many, for models whose tokenizer is not known. */
export const estimatingCounter: TokenCounter = { counted: 'estimate', count: estimateTokens }

const families: readonly { readonly models: RegExp; readonly load: () => Promise<{ countTokens(text: string): number }> }[] = [
  { models: /(^|\/)(gpt-(4o|4\.1|4\.5|5|oss)|chatgpt-|o[134](-|$))/, load: () => import('gpt-tokenizer/encoding/o200k_base') },
  { models: /(^|\/)(gpt-4|gpt-3\.5)/, load: () => import('gpt-tokenizer/encoding/cl100k_base') },
]

/** The tokenizer of a model's family, loaded when it is first needed; the estimate where none is known or it does not load. */
export async function counterFor(model: string | undefined): Promise<TokenCounter> {
  const family = model === undefined ? undefined : families.find(({ models }) => models.test(model))
  if (family === undefined) return estimatingCounter
  const tokenizer = await family.load().catch(() => null)
  return tokenizer === null ? estimatingCounter : { counted: 'tokenizer', count: (text) => tokenizer.countTokens(text) }
}
