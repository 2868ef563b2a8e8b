import type { ErrorCode } from '@codeforge/contracts/error-code'
import type { Outcome } from '@codeforge/contracts/run-status'
import type { TerminationCondition } from '@codeforge/contracts/termination'

/** Where a loop stands when it asks whether to stop. */
export interface TerminationSnapshot {
  readonly turns: number
  readonly messages: number
  readonly tokens: number
  readonly costMicroUsd: number
  readonly elapsedSeconds: number
  /** The model's last text. */
  readonly lastText: string
  /** What the stall detector said, asked with the settings of `stallSettings`. */
  readonly stalled: boolean
  /** Results of the last turn's tool calls. */
  readonly results: readonly { readonly tool: string; readonly text: string }[]
}

export type TerminationLeaf = Exclude<TerminationCondition, { kind: 'and' | 'or' }>

/** Why a loop stops: which leaf fired and what that makes of the work. */
export type Termination =
  | { readonly kind: 'finished'; readonly leaf: TerminationLeaf; readonly reason: string }
  | { readonly kind: 'failed'; readonly leaf: TerminationLeaf; readonly outcome: Outcome; readonly code: ErrorCode; readonly reason: string }

/** Says whether the loop stops here and why, or null to go on. Of an `or` the first branch that holds is reported, of an `and` the first member. */
export function evaluateTermination(condition: TerminationCondition, snapshot: TerminationSnapshot): Termination | null {
  const leaf = firedLeaf(condition, snapshot)
  return leaf === null ? null : meaning(leaf, snapshot)
}

/** The window and repeats that a tree asks of the stall detector; null where it does not speak of stalls. */
export function stallSettings(condition: TerminationCondition): { readonly window: number; readonly repeats: number } | null {
  switch (condition.kind) {
    case 'stalled':
      return { window: condition.window ?? 10, repeats: condition.repeats ?? 5 }
    case 'and':
    case 'or':
      return condition.of.map(stallSettings).find((settings) => settings !== null) ?? null
    case 'not':
      return stallSettings(condition.of)
    default:
      return null
  }
}

function firedLeaf(condition: TerminationCondition, snapshot: TerminationSnapshot): TerminationLeaf | null {
  switch (condition.kind) {
    case 'or':
      for (const branch of condition.of) {
        const leaf = firedLeaf(branch, snapshot)
        if (leaf !== null) return leaf
      }
      return null
    case 'and': {
      const leaves = condition.of.map((member) => firedLeaf(member, snapshot))
      return leaves.includes(null) ? null : leaves.find((leaf) => leaf?.kind !== 'not') ?? leaves[0] ?? null
    }
    case 'not':
      return firedLeaf(condition.of, snapshot) === null ? condition : null
    default:
      return holds(condition, snapshot) ? condition : null
  }
}

function holds(leaf: Exclude<TerminationLeaf, { kind: 'not' }>, snapshot: TerminationSnapshot): boolean {
  switch (leaf.kind) {
    case 'max-turns':
      return snapshot.turns >= leaf.turns
    case 'max-messages':
      return snapshot.messages >= leaf.messages
    case 'max-tokens':
      return snapshot.tokens >= leaf.tokens
    case 'max-cost':
      return snapshot.costMicroUsd >= leaf.microUsd
    case 'text-mention':
      return snapshot.lastText.includes(leaf.text)
    case 'timeout':
      return snapshot.elapsedSeconds >= leaf.seconds
    case 'stalled':
      return snapshot.stalled
    case 'function-result':
      return snapshot.results.some(({ tool, text }) => tool === leaf.tool && text.includes(leaf.contains ?? ''))
    default:
      return leaf satisfies never
  }
}

function meaning(leaf: TerminationLeaf, snapshot: TerminationSnapshot): Termination {
  const limit = (reason: string): Termination => ({ kind: 'failed', leaf, outcome: 'limit-or-stall', code: 'limit-reached', reason })
  switch (leaf.kind) {
    case 'max-turns':
      return limit(`It took ${snapshot.turns} ${snapshot.turns === 1 ? 'turn' : 'turns'}; the limit is ${leaf.turns}.`)
    case 'max-messages':
      return limit(`The conversation has ${snapshot.messages} messages; the limit is ${leaf.messages}.`)
    case 'max-tokens':
      return limit(`It used ${snapshot.tokens} tokens; the limit is ${leaf.tokens}.`)
    case 'max-cost':
      return { kind: 'failed', leaf, outcome: 'budget', code: 'budget-exhausted', reason: `It spent ${dollars(snapshot.costMicroUsd)}; the limit is ${dollars(leaf.microUsd)}.` }
    case 'timeout':
      return { kind: 'failed', leaf, outcome: 'timeout', code: 'timeout', reason: `It worked ${Math.floor(snapshot.elapsedSeconds)} s; the limit is ${leaf.seconds} s.` }
    case 'stalled':
      return { kind: 'failed', leaf, outcome: 'limit-or-stall', code: 'run-stalled', reason: 'The agent repeated itself without progress.' }
    case 'text-mention':
      return { kind: 'finished', leaf, reason: `The model said ${JSON.stringify(leaf.text)}.` }
    case 'function-result':
      return { kind: 'finished', leaf, reason: `The tool ${leaf.tool} gave the result that ends the work.` }
    case 'not':
      return limit('The condition under which the work may go on no longer holds.')
    default:
      return leaf satisfies never
  }
}

function dollars(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(2)}`
}
