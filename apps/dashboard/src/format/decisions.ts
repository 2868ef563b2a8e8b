import type { Decision } from '@codeforge/contracts/verdict'
import type { Tone } from './words.ts'

/** Colour of a decision. */
export const decisionTones: Readonly<Record<Decision, Tone>> = { allow: 'good', ask: 'warning', deny: 'bad' }

/** Why a call was judged so, without the decision itself, which stands beside it. */
export function reasonWords(reason: string): string {
  const rest = reason.replace(/^(Allowed|Denied|Needs a person): /, '')
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`
}

/** A decision as what happens to the call. */
export const decisionWords: Readonly<Record<Decision, string>> = { allow: 'allowed', ask: 'asks a person', deny: 'denied' }
