import { z } from 'zod'

/** Money in integer millionths of a US dollar. */
export const MicroUsd = z.int().min(0)
export type MicroUsd = z.output<typeof MicroUsd>

/** Converts dollars to micro-dollars, rounded up so that a hold is never too small. */
export function microUsd(dollars: number): MicroUsd {
  const exact = dollars * 1_000_000
  const slack = Math.max(1e-9, exact * 1e-15) // the product is off in its last digits
  return Math.ceil(exact - slack) + 0 // nothing would be -0 without the sum
}

/** Tokens of one or more model calls. Cached tokens are part of the prompt, reasoning tokens part of the completion. */
export const Usage = z.strictObject({
  promptTokens: z.int().min(0),
  cachedPromptTokens: z.int().min(0).default(0),
  completionTokens: z.int().min(0),
  reasoningTokens: z.int().min(0).default(0),
})
export type Usage = z.output<typeof Usage>

export const noUsage: Usage = { promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0, reasoningTokens: 0 }

/** Price of a model in micro-dollars per million tokens. */
export const Price = z.strictObject({
  prompt: MicroUsd,
  cachedPrompt: MicroUsd.optional(),
  completion: MicroUsd,
})
export type Price = z.output<typeof Price>
