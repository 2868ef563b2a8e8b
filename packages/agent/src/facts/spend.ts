import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'

type Spend = Extract<Fact, { kind: 'model.completed' | 'model.failed' | 'toolcall.spent' }>

/** Whether a fact says that money was spent. */
export function isSpend(fact: Fact): fact is Spend {
  return fact.kind === 'model.completed' || fact.kind === 'model.failed' || fact.kind === 'toolcall.spent'
}

/** Micro-USD that facts say were spent. */
export function spentBy(facts: readonly OrdinalFact[]): number {
  return facts.reduce((sum, { fact }) => sum + (isSpend(fact) ? fact.costMicroUsd : 0), 0)
}
