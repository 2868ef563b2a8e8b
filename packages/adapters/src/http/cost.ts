import { microUsd } from '@codeforge/contracts/money'

/** An amount of dollars as a server tells it, in micro-dollars; null where it is none. */
export function toldCost(value: unknown): number | null {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null
  const amount = Number(value)
  return Number.isFinite(amount) && amount >= 0 && amount < 1_000_000 ? microUsd(amount) : null
}
