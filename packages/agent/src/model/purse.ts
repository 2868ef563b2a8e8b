import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Price } from '@codeforge/contracts/money'
import type { RunId } from '@codeforge/contracts/ids'
import { decideHold, nothing, settle, type Amount } from '@codeforge/domain/budget'
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
  /** Set aside for calls under way; core knows of it only as part of the slice. */
  let held: Amount = nothing
  const priced = price !== null

  const extend = async (worst: Amount): Promise<void> => {
    await tellCosts()
    const needed = plus(worst, held)
    const reply = await coordinator.extendHold({ runId, attempt, neededMicroUsd: needed.microUsd, neededTokens: needed.tokens }, signal)
    if (reply.kind === 'refused') throw new CodeForgeError('budget-exhausted', reply.reason)
    // The whole slice as core has it: an answer that was lost and given twice does not count twice.
    slice = { microUsd: Math.max(0, reply.sliceMicroUsd - held.microUsd), tokens: Math.max(0, reply.sliceTokens - held.tokens) }
  }

  return {
    async hold(worst) {
      let decision = decideHold(slice, worst, priced)
      if (decision.kind === 'short') {
        await extend(worst)
        decision = decideHold(slice, worst, priced)
      }
      if (decision.kind === 'short') throw new CodeForgeError('budget-exhausted', 'Core granted less than the next call may cost.')
      slice = decision.left
      const { held: own } = decision
      held = plus(held, own)
      return {
        held: own,
        settle(cost) {
          held = { microUsd: held.microUsd - own.microUsd, tokens: held.tokens - own.tokens }
          slice = settle(slice, own, cost).slice
        },
      }
    },
  }
}

function plus(one: Amount, other: Amount): Amount {
  return { microUsd: one.microUsd + other.microUsd, tokens: one.tokens + other.tokens }
}
