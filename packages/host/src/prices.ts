import type { Config } from '@codeforge/contracts/config'
import { microUsd } from '@codeforge/contracts/money'
import type { Price } from '@codeforge/contracts/money'

/** The configured prices, by model. */
export function pricesOf({ prices }: Pick<Config, 'prices'>): Record<string, Price> {
  return Object.fromEntries(Object.entries(prices).map(([model, { prompt, cachedPrompt, completion }]) => [
    model,
    { prompt: microUsd(prompt), ...(cachedPrompt !== undefined && { cachedPrompt: microUsd(cachedPrompt) }), completion: microUsd(completion) },
  ]))
}

/** The price of a model; null where none is configured. */
export function priceOf(config: Pick<Config, 'prices'>, model: string): Price | null {
  return pricesOf(config)[model] ?? null
}
