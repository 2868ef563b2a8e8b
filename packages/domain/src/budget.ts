import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { MicroUsd, Price, Usage } from '@codeforge/contracts/money'

/** An amount of a budget: money where the model has a price, tokens where it has none. Both are always counted. */
export interface Amount {
  readonly microUsd: MicroUsd
  readonly tokens: number
}
export const nothing: Amount = { microUsd: 0, tokens: 0 }

const perMillion = 1_000_000

/** The most a call can cost: the prompt uncached, the longest reply. Rounded up, so that a hold is never too small. */
export function worstCase(call: { readonly promptTokens: number; readonly maxOutputTokens: number }, price: Price | null): Amount {
  const tokens = call.promptTokens + call.maxOutputTokens
  if (price === null) return { microUsd: 0, tokens }
  // A cached prompt may cost more than a plain one where writing the cache is charged.
  const perPrompt = Math.max(price.prompt, price.cachedPrompt ?? 0)
  return { microUsd: Math.ceil((call.promptTokens * perPrompt + call.maxOutputTokens * price.completion) / perMillion), tokens }
}

/** What used tokens cost by the price table, rounded up to a micro-dollar. Cached tokens are part of the prompt and counted once. */
export function costOf(usage: Usage, price: Price | null): Amount {
  const tokens = usage.promptTokens + usage.completionTokens
  if (price === null) return { microUsd: 0, tokens }
  const cached = Math.min(usage.cachedPromptTokens, usage.promptTokens)
  const total = (usage.promptTokens - cached) * price.prompt + cached * (price.cachedPrompt ?? price.prompt) + usage.completionTokens * price.completion
  return { microUsd: Math.ceil(total / perMillion), tokens }
}

/** What a slice should hold: so many worst-case calls. DESIGN section 8: two. */
export function sliceFor(worst: Amount, calls = 2): Amount {
  return { microUsd: worst.microUsd * calls, tokens: worst.tokens * calls }
}

export type HoldDecision =
  /** The call may start; `left` is the slice without its hold. */
  | { readonly kind: 'held'; readonly held: Amount; readonly left: Amount }
  /** The slice is too small by this much. */
  | { readonly kind: 'short'; readonly missing: Amount }

/** Takes the hold for a call out of a run's slice, if it fits. Money binds where there is a price, tokens where there is none. */
export function decideHold(slice: Amount, worst: Amount, priced: boolean): HoldDecision {
  const missing: Amount = {
    microUsd: priced ? Math.max(0, worst.microUsd - slice.microUsd) : 0,
    tokens: priced ? 0 : Math.max(0, worst.tokens - slice.tokens),
  }
  if (missing.microUsd > 0 || missing.tokens > 0) return { kind: 'short', missing }
  return { kind: 'held', held: worst, left: less(slice, worst) }
}

export interface Settlement {
  /** The slice after the unused part of the hold came back. */
  readonly slice: Amount
  /** What the call cost above its hold; it blocks the next call until it is covered. */
  readonly overrun: Amount
}

/** Replaces a hold by the real cost. A call whose outcome is unknown (`cost` null) costs its hold. */
export function settle(left: Amount, held: Amount, cost: Amount | null): Settlement {
  const real = cost ?? held
  const restored: Amount = { microUsd: left.microUsd + held.microUsd, tokens: left.tokens + held.tokens }
  return { slice: less(restored, real), overrun: less(real, held) }
}

const refusals: ReadonlySet<string> = new Set([
  'llm-rate-limited', 'llm-unauthorized', 'llm-bad-request', 'llm-quota', 'llm-overloaded', 'llm-context-overflow', 'llm-not-configured',
])

/** Whether a call of a model was refused before anything was computed, and so costs nothing. Every other failure may have cost something and is settled at its hold. */
export function isFree(error: unknown): boolean {
  return error instanceof CodeForgeError && refusals.has(error.code)
}

export type BudgetScopeKind = 'run' | 'project-day' | 'tenant-day'

/** A budget that a run's slices come out of. */
export interface BudgetScope {
  readonly kind: BudgetScopeKind
  /** Unique among scopes: the run's id, or `<owner>/<day>`. */
  readonly key: string
  readonly limit: Amount
}

/** The scopes that apply to a run at a moment, narrowest first. A day is a UTC day. Null limits: no limit from there. */
export function budgetScopes(input: {
  readonly runId: string
  readonly projectId: string
  readonly tenant: string
  readonly now: Date
  readonly runLimit: Amount
  readonly projectDayMicroUsd: MicroUsd | null
  readonly tenantDayMicroUsd: MicroUsd | null
}): BudgetScope[] {
  const day = input.now.toISOString().slice(0, 10)
  const daily = (kind: BudgetScopeKind, owner: string, microUsd: MicroUsd | null): BudgetScope[] =>
    microUsd === null ? [] : [{ kind, key: `${owner}/${day}`, limit: { microUsd, tokens: Number.MAX_SAFE_INTEGER } }]
  return [
    { kind: 'run', key: input.runId, limit: input.runLimit },
    ...daily('project-day', input.projectId, input.projectDayMicroUsd),
    ...daily('tenant-day', input.tenant, input.tenantDayMicroUsd),
  ]
}

/** What is already spent and held in a scope. */
export interface ScopeUse {
  readonly scope: BudgetScope
  readonly used: Amount
}

export type Grant =
  | { readonly kind: 'granted'; readonly amount: Amount }
  | { readonly kind: 'refused'; readonly scope: BudgetScopeKind; readonly reason: string }

/** Gives as much of what is wanted as every scope has room for, or refuses where that is less than what is needed. */
export function grantSlice(needed: Amount, wanted: Amount, uses: readonly ScopeUse[], priced: boolean): Grant {
  let amount = wanted
  for (const { scope, used } of uses) {
    const room = less(scope.limit, used)
    if (priced ? room.microUsd < needed.microUsd : room.tokens < needed.tokens) {
      return { kind: 'refused', scope: scope.kind, reason: refusal(scope, used, needed, priced) }
    }
    amount = { microUsd: Math.min(amount.microUsd, room.microUsd), tokens: Math.min(amount.tokens, room.tokens) }
  }
  return { kind: 'granted', amount }
}

function refusal({ kind, limit }: BudgetScope, used: Amount, needed: Amount, priced: boolean): string {
  const owner = { run: 'The run', 'project-day': 'The project today', 'tenant-day': 'The installation today' }[kind]
  return priced
    ? `${owner} has used or set aside $${usd(used)} of $${usd(limit)}; the next call may cost $${usd(needed)}.`
    : `${owner} has used or set aside ${used.tokens} of ${limit.tokens} tokens; the next call may take ${needed.tokens}.`
}

function less(a: Amount, b: Amount): Amount {
  return { microUsd: Math.max(0, a.microUsd - b.microUsd), tokens: Math.max(0, a.tokens - b.tokens) }
}

function usd(amount: Amount): string {
  return (amount.microUsd / perMillion).toFixed(4)
}
