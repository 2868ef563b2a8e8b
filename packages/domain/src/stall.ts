import type { StallSignal } from '@codeforge/contracts/fact'
import { fnv64a } from './fnv.ts'

export interface StallLimits {
  /** Calls looked at for repetition. LOP-05: 10. */
  readonly window: number
  /** Equal calls within the window that are a stall. LOP-05: 5. */
  readonly repeats: number
  /** Equal errors in a row. LOP-06: 3. */
  readonly errors: number
  /** Turns in a row without progress. LOP-06 leaves it open: 3. */
  readonly idleTurns: number
}
export const defaultStallLimits: StallLimits = { window: 10, repeats: 5, errors: 3, idleTurns: 3 }

/** One finished (or denied) tool call. */
export interface StallObservation {
  readonly turn: number
  readonly tool: string
  readonly args: unknown
  readonly ok: boolean
  /** What the model saw. */
  readonly observation: string
  /** Tree after the call, or the last one known. */
  readonly tree: string | null
}

/** What the detector remembers: hashes only. JSON, so that it can be kept with a run. */
export interface StallState {
  /** Hashes of the last calls with the tree they met, newest last. */
  readonly calls: readonly string[]
  /** Hash of the last call alone and how often it came in a row. */
  readonly lastCall: string
  readonly inRow: number
  /** Hashes of call, result and tree, newest last: at most four. */
  readonly steps: readonly string[]
  readonly lastError: string
  readonly errorsInRow: number
  readonly turn: number
  readonly turnProgressed: boolean
  readonly idleTurns: number
  readonly tree: string | null
  /** What the model has been told before; oldest forgotten first. */
  readonly known: readonly string[]
}

export interface StallFinding {
  readonly signal: StallSignal
  readonly detail: string
}

const mostKnown = 512

export const noStall: StallState = {
  calls: [], lastCall: '', inRow: 0, steps: [], lastError: '', errorsInRow: 0, turn: 0, turnProgressed: true, idleTurns: 0, tree: null, known: [],
}

/**
 * Folds one call into the detector. A call made progress when it changed the tree, or when it told the model something new: this very call
 * never gave this result before. Numbers in a result are ignored, since times and counters differ without meaning; reading another file,
 * or another part of one, is another call and so always news.
 */
export function observeCall(state: StallState, seen: StallObservation, limits: StallLimits = defaultStallLimits): { state: StallState; finding: StallFinding | null } {
  const call = fnv64a(`${seen.tool} ${canonical(seen.args)}`)
  const told = fnv64a(`${call} ${seen.ok} ${seen.observation.replaceAll(/\d+/g, '#')}`)
  const after: StallState = {
    ...repetition(state, call, state.tree ?? seen.tree, limits),
    ...errors(state, seen),
    ...progress(state, seen, told),
    steps: [...state.steps, fnv64a(`${told} ${seen.tree}`)].slice(-4),
    tree: seen.tree,
  }
  return { state: after, finding: judge(after, seen, limits) }
}

/** The detector without its memory of repetition, for a fresh start after guidance; what the model knows stays known. */
export function restartStall(state: StallState): StallState {
  return { ...noStall, turn: state.turn, tree: state.tree, known: state.known }
}

// The tree that a call met belongs to the hash: the same test run after an edit is a new question. The first call's is taken from its end.
function repetition(state: StallState, call: string, tree: string | null, limits: StallLimits) {
  return {
    calls: [...state.calls, fnv64a(`${call} ${tree}`)].slice(-limits.window),
    lastCall: call,
    inRow: call === state.lastCall ? state.inRow + 1 : 1,
  }
}

function errors(state: StallState, seen: StallObservation) {
  if (seen.ok) return { lastError: '', errorsInRow: 0 }
  const error = fnv64a(seen.observation.replaceAll(/\d+/g, '#'))
  // An edit between two equal errors is a new try, not a repetition.
  const again = error === state.lastError && seen.tree === state.tree
  return { lastError: error, errorsInRow: again ? state.errorsInRow + 1 : 1 }
}

function progress(state: StallState, seen: StallObservation, told: string) {
  const fresh = seen.tree !== state.tree || !state.known.includes(told)
  const known = state.known.includes(told) ? state.known : [...state.known, told].slice(-mostKnown)
  if (seen.turn === state.turn) {
    const resumed = fresh && !state.turnProgressed
    return { known, turn: state.turn, turnProgressed: state.turnProgressed || fresh, idleTurns: resumed ? 0 : state.idleTurns }
  }
  return { known, turn: seen.turn, turnProgressed: fresh, idleTurns: fresh ? 0 : state.idleTurns + 1 }
}

function judge(state: StallState, seen: StallObservation, limits: StallLimits): StallFinding | null {
  const newest = state.calls.at(-1)
  const equal = state.calls.filter((call) => call === newest).length
  if (equal >= limits.repeats || state.inRow >= limits.repeats) {
    return { signal: 'repeated-call', detail: `${seen.tool} was called ${Math.max(equal, state.inRow)} times with the same arguments` }
  }
  if (state.errorsInRow >= limits.errors) {
    return { signal: 'repeated-error', detail: `the same error came ${state.errorsInRow} times in a row: ${seen.observation.slice(0, 200)}` }
  }
  const [a, b, c, d] = state.steps
  if (d !== undefined && a === c && b === d && a !== b) {
    return { signal: 'oscillation', detail: 'two steps alternate with the same results' }
  }
  if (state.idleTurns >= limits.idleTurns) {
    return { signal: 'no-progress', detail: `${state.idleTurns} turns changed nothing and told nothing new` }
  }
  return null
}

/** JSON with sorted keys: equal arguments have equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}
