import type { Decision } from '@codeforge/contracts/verdict'
import type { Tone } from './words.ts'

/** Colour of a decision. */
export const decisionTones: Readonly<Record<Decision, Tone>> = { allow: 'good', ask: 'warning', deny: 'bad' }

/** A decision as what happens to the call. */
export const decisionWords: Readonly<Record<Decision, string>> = { allow: 'allowed', ask: 'asks a person', deny: 'denied' }
