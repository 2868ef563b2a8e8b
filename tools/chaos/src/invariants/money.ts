import { byStream } from '../observation.ts'
import type { Invariant, Observation, StoredEvent } from '../observation.ts'

const invariant = 'money-adds-up'

/** No hold is left, and every account says what the log adds up to. */
export const moneyAddsUp: Invariant = (observation) => [
  ...observation.accounts.filter(({ heldMicroUsd }) => heldMicroUsd !== 0).map(({ scope, heldMicroUsd }) => ({ invariant, runId: null, detail: `${scope} still holds ${heldMicroUsd}` })),
  ...observation.runs.filter(({ sliceMicroUsd, sliceTokens }) => sliceMicroUsd !== 0 || sliceTokens !== 0)
    .map(({ id, sliceMicroUsd, sliceTokens }) => ({ invariant, runId: id, detail: `it still has a slice of ${sliceMicroUsd} and ${sliceTokens} tokens` })),
  ...eachHoldOnce(observation),
  ...sumsOf(observation).flatMap(({ scope, spent }) => {
    const booked = bookedOn(observation, scope)
    return booked === spent ? [] : [{ invariant, runId: null, detail: `${scope}: the log adds up to ${spent}, the account to ${booked}` }]
  }),
]

function eachHoldOnce(observation: Observation) {
  return [...byStream(observation)].flatMap(([stream, events]) => {
    const holds = events.filter(isSpend).map(({ data }) => String(data['holdId']))
    return new Set(holds).size === holds.length ? [] : [{ invariant, runId: stream.slice('run.'.length), detail: 'a hold was settled twice' }]
  })
}

interface Sum {
  /** Without the day. */
  readonly scope: string
  readonly spent: number
}

function sumsOf(observation: Observation): readonly Sum[] {
  const logs = byStream(observation)
  const perRun = observation.runs.map(({ id, projectId }) => ({ id, projectId, spent: spentOf(logs.get(`run.${id}`) ?? []) }))
  const perProject = Map.groupBy(perRun, ({ projectId }) => projectId)
  const total = (runs: readonly { readonly spent: number }[]): number => runs.reduce((sum, { spent }) => sum + spent, 0)
  return [
    ...perRun.map(({ id, spent }) => ({ scope: `run:${id}`, spent })),
    ...[...perProject].map(([id, runs]) => ({ scope: `project:${id}`, spent: total(runs) })),
    { scope: 'tenant', spent: total(perRun) },
  ]
}

/** What the accounts of a scope say together, over all days. */
function bookedOn({ accounts }: Observation, scope: string): number {
  return accounts.filter((account) => account.scope === scope || account.scope.startsWith(`${scope}:`)).reduce((sum, { spentMicroUsd }) => sum + spentMicroUsd, 0)
}

function spentOf(log: readonly StoredEvent[]): number {
  return log.filter(isSpend).reduce((sum, { data }) => sum + Number(data['costMicroUsd']), 0)
}

function isSpend({ kind }: StoredEvent): boolean {
  return kind === 'model.completed' || kind === 'model.failed' || kind === 'spend.booked'
}
