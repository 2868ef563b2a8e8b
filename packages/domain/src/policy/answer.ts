import type { Decision, LayerAnswer } from '@codeforge/contracts/verdict'

/** One layer's answer with what may be done instead. */
export interface Answer extends LayerAnswer {
  readonly instead?: string | undefined
}

/** How strict a decision is: of several answers the strictest holds. */
export const strictness: Readonly<Record<Decision, number>> = { allow: 0, ask: 1, deny: 2 }
