import { observeRepository } from './repositories.ts'
import type { AcceptedRun, Observation, StoredAccount, StoredEvent, StoredRun } from './observation.ts'
import { strayProcesses } from './processes.ts'
import { mountPointsBelow } from '@codeforge/testing/mount-points'
import type { Steps } from './steps.ts'
import type { System } from './system/system.ts'

export interface Observed {
  readonly system: System
  readonly steps: Steps
  readonly accepted: readonly AcceptedRun[]
  /** Paths with the digests that their indexes had at the start. */
  readonly repositories: ReadonlyMap<string, string>
}

// The driver gives bigint columns as text.
const runsQuery = `select id, status, document->>'outcome' as outcome, slice_micro_usd::float as "sliceMicroUsd",
  slice_tokens::float as "sliceTokens", project_id as "projectId" from runs`
const eventsQuery = 'select stream, sequence, position::float as position, kind, attempt, data from events order by position'
const accountsQuery = 'select scope, held_micro_usd::float as "heldMicroUsd", spent_micro_usd::float as "spentMicroUsd" from budget_accounts'

/** Looks at everything that invariants speak about. */
export async function observe({ system, steps, accepted, repositories }: Observed): Promise<Observation> {
  const ids = new Set(accepted.map(({ id }) => id))
  const jobs = await system.query<{ id: string }>('select run_id as id from jobs')
  const questions = await system.query<{ id: string }>("select run_id as id from questions where status = 'open'")
  return {
    accepted,
    runs: await system.query<StoredRun>(runsQuery),
    events: await system.query<StoredEvent>(eventsQuery),
    accounts: await system.query<StoredAccount>(accountsQuery),
    jobs: jobs.map(({ id }) => id),
    openQuestions: questions.map(({ id }) => id),
    effects: steps.effects,
    mounts: (await Promise.all(system.directories.map(mountPointsBelow))).flat(),
    strays: strayProcesses(ids, system.directories, new Set(system.expected())),
    repositories: await Promise.all([...repositories].map(async ([path, index]) => observeRepository(path, index))),
  }
}
