import { Chance } from './chance.ts'

export type ColumnName = 'embedded' | 'fleet'

/** What is counted while a campaign plays; a count decides when something happens, never a time of day. */
export const stepKinds = ['request', 'call-begins', 'call-ends', 'gate-begins', 'gate-ends'] as const
export type StepKind = (typeof stepKinds)[number]

/** The so-many-th step of a kind, and then so many milliseconds. */
export interface Moment {
  readonly of: StepKind
  readonly count: number
  readonly delayMs: number
}

/** One tool call: it tells the campaign that it begins, writes a line, sleeps, and tells that it ends. */
export interface CallPlan {
  readonly name: string
  readonly sleepMs: number
  /** Leaves a process behind, in a session of its own, that would live for an hour. */
  readonly leaves: boolean
}

export interface RunPlan {
  readonly index: number
  readonly repository: number
  readonly calls: readonly CallPlan[]
  /** Milliseconds that its gate takes; null: no gate. */
  readonly gateMs: number | null
  readonly deliver: 'branch' | 'patch' | 'none'
  /** What a person answers to its one question. `late`: the question is answered and the run cancelled at the same moment. */
  readonly question: 'allow' | 'deny' | 'late' | null
  /** Cancelled when so many of its own calls have begun; 0: at once. */
  readonly cancelAfterCalls: number | null
  /** How often the same request is sent, at the same time. */
  readonly sent: number
  /** What the model does at this turn, once. */
  readonly modelFault: { readonly turn: number; readonly kind: 'overloaded' | 'rate-limited' | 'cut' | 'garbage' | 'silent' } | null
  /** Tried again when it has ended. */
  readonly retried: boolean
}

export type Fault =
  | { readonly kind: 'kill-worker' | 'stop-worker' | 'cut-worker'; readonly worker: number; readonly milliseconds: number }
  | { readonly kind: 'kill-core' | 'stop-core' | 'kill-queue' | 'wipe-queue' | 'kill-database' | 'restart-database' | 'kill-host' | 'stop-host'; readonly milliseconds: number }

export interface FaultPlan {
  readonly at: Moment
  readonly fault: Fault
}

/** Everything that a campaign does, from its seed alone. */
export interface Plan {
  readonly seed: number
  readonly column: ColumnName
  readonly runs: readonly RunPlan[]
  readonly faults: readonly FaultPlan[]
}

export const workers = 2
export const repositories = 3
/** Seconds; a worker that is stopped or cut off for longer has lost its runs. */
export const leaseSeconds = 3

/** Runs for each fault, so that a run is seldom hit three times and most campaigns see every kind. */
const runsPerFault = 4

/** Makes the plan of a seed. */
export function makePlan(seed: number, column: ColumnName, runs: number): Plan {
  const chance = new Chance(seed)
  const planned = Array.from({ length: runs }, (_, index) => planRun(chance, index))
  const totals = stepsOf(planned)
  const faults = Array.from({ length: Math.ceil(runs / runsPerFault) }, (): FaultPlan => ({ at: planMoment(chance, totals), fault: planFault(chance, column) }))
  return { seed, column, runs: planned, faults }
}

function planRun(chance: Chance, index: number): RunPlan {
  const calls = Array.from({ length: chance.integer(1, 3) }, (_, number): CallPlan => ({
    name: `call-${index}-${number}`, sleepMs: chance.pick([0, 0, 100, 400]), leaves: chance.happens(0.2),
  }))
  return {
    index,
    repository: chance.integer(0, repositories - 1),
    calls,
    gateMs: chance.happens(0.6) ? chance.pick([0, 100, 500]) : null,
    deliver: chance.pick(['branch', 'branch', 'branch', 'patch', 'none']),
    question: chance.happens(0.2) ? chance.pick(['allow', 'deny', 'late']) : null,
    cancelAfterCalls: chance.happens(0.15) ? chance.integer(0, calls.length) : null,
    sent: chance.happens(0.2) ? chance.integer(2, 5) : 1,
    modelFault: chance.happens(0.15) ? { turn: chance.integer(0, calls.length), kind: chance.pick(['overloaded', 'rate-limited', 'cut', 'garbage']) } : null,
    retried: chance.happens(0.1),
  }
}

/** The steps that the runs make where nothing goes wrong. */
function stepsOf(runs: readonly RunPlan[]): Readonly<Record<StepKind, number>> {
  const calls = runs.reduce((sum, run) => sum + run.calls.length, 0)
  const gates = runs.filter(({ gateMs }) => gateMs !== null).length
  return { 'request': calls + runs.length, 'call-begins': calls, 'call-ends': calls, 'gate-begins': gates, 'gate-ends': gates }
}

function planMoment(chance: Chance, totals: Readonly<Record<StepKind, number>>): Moment {
  const of = chance.pick(stepKinds)
  // Not among the last ones: cancelled runs make fewer steps than planned.
  return { of, count: chance.integer(1, Math.max(1, Math.floor(totals[of] * 0.75))), delayMs: chance.pick([0, 0, 20, 60, 150, 400]) }
}

const short = [0, 100, 500, 1500] as const
const long = [500, 2000, leaseSeconds * 1000 + 1000, leaseSeconds * 2000] as const

function planFault(chance: Chance, column: ColumnName): Fault {
  if (column === 'embedded') {
    const kind = chance.pick(['kill-host', 'kill-host', 'kill-host', 'stop-host', 'kill-database'] as const)
    return { kind, milliseconds: chance.pick(kind === 'stop-host' ? long : short) }
  }
  const kind = chance.pick([
    'kill-worker', 'kill-worker', 'kill-worker', 'stop-worker', 'cut-worker', 'kill-core', 'kill-core', 'stop-core',
    'kill-queue', 'wipe-queue', 'kill-database', 'restart-database',
  ] as const)
  switch (kind) {
    case 'kill-worker':
      return { kind, worker: chance.integer(0, workers - 1), milliseconds: chance.pick(short) }
    case 'stop-worker':
    case 'cut-worker':
      return { kind, worker: chance.integer(0, workers - 1), milliseconds: chance.pick(long) }
    case 'stop-core':
    case 'kill-queue':
      return { kind, milliseconds: chance.pick(long) }
    case 'kill-core':
    case 'wipe-queue':
    case 'kill-database':
    case 'restart-database':
      return { kind, milliseconds: chance.pick(short) }
    default:
      return kind satisfies never
  }
}
