import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Price } from '@codeforge/contracts/money'
import type { RunId } from '@codeforge/contracts/ids'
import { decideHold, settle, type Amount } from '@codeforge/domain/budget'
import type { Coordinator } from '@codeforge/ports/coordinator'

/** The run's slice of its budget: nothing is called that was not held before. */
export interface Purse {
  /** Sets the worst case aside, asking core for more where the slice is short; fails with `budget-exhausted` where it refuses. */
  hold(worst: Amount): Promise<Hold>
}

export interface Hold {
  readonly held: Amount
  /** Replaces the hold by the real cost; null where nobody knows it: then the hold is the cost. */
  settle(cost: Amount | null): void
}

export interface PurseSettings {
  readonly coordinator: Pick<Coordinator, 'extendHold'>
  readonly runId: RunId
  readonly attempt: number
  readonly slice: Amount
  readonly price: Price | null
  /** Core judges by what it knows: it gets every cost before it is asked for more. */
  tellCosts(): Promise<void>
}

/** Opens the purse with the slice that came with the claim. */
export function openPurse({ coordinator, runId, attempt, slice: first, price, tellCosts }: PurseSettings, signal: AbortSignal): Purse {
  let slice = first
  const priced = price !== null

  const extend = async (missing: Amount): Promise<void> => {
    await tellCosts()
    const reply = await coordinator.extendHold({ runId, attempt, neededMicroUsd: missing.microUsd, neededTokens: missing.tokens }, signal)
    if (reply.kind === 'refused') throw new CodeForgeError('budget-exhausted', reply.reason)
    // Counted is what was asked for: an answer that was lost and given twice must not count twice.
    slice = { microUsd: slice.microUsd + missing.microUsd, tokens: slice.tokens + missing.tokens }
  }

  return {
    async hold(worst) {
      let decision = decideHold(slice, worst, priced)
      if (decision.kind === 'short') {
        await extend(decision.missing)
        decision = decideHold(slice, worst, priced)
      }
      if (decision.kind === 'short') throw new CodeForgeError('budget-exhausted', 'Core granted less than the next call may cost.')
      slice = decision.left
      const { held } = decision
      return {
        held,
        settle(cost) {
          slice = settle(slice, held, cost).slice
        },
      }
    },
  }
}
