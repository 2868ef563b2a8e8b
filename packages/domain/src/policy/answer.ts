import type { Decision, LayerAnswer } from '@codeforge/contracts/verdict'

/** One layer's answer with what may be done instead. */
export interface Answer extends LayerAnswer {
  readonly instead?: string | undefined
  /** The same without what may be done instead, where it was made beforehand. */
  readonly entry?: LayerAnswer
}

/** An answer that is given many times: what a verdict takes from it is made once. */
export function lasting(answer: Answer): Answer {
  return { ...answer, entry: entryOf(answer) }
}

/** What a verdict records of an answer. */
export function entryOf({ layer, decision, ruleId, reason, entry }: Answer): LayerAnswer {
  return entry ?? { layer, decision, ruleId, reason }
}

/** How strict a decision is: of several answers the strictest holds. */
export const strictness: Readonly<Record<Decision, number>> = { allow: 0, ask: 1, deny: 2 }
