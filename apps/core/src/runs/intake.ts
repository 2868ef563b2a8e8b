import type { RunRecord } from '@codeforge/ports/store/runs'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import type { Outlet } from '../outlet.ts'
import { together } from '../together.ts'
import { announceChange } from './announce-change.ts'
import { createRuns } from './create-run.ts'
import type { RunRequest } from './create-run.ts'

/** Longest wait for the artifact store. */
const storeMs = 30_000

/** Accepts runs; those that are asked for at the same time share a transaction. Resolves when the run is on disk. */
export type RunIntake = (request: RunRequest) => Promise<RunRecord>

export function openRunIntake(ports: CorePorts, config: CoreConfig, outlet: Outlet): RunIntake {
  return together({ most: 64, batches: 2 }, async (requests) => {
    const signal = AbortSignal.timeout(storeMs)
    const { outcomes, published } = await ports.store.transaction(async (repositories) =>
      createRuns(ports, config, repositories, requests, outlet.limits, signal))
    outlet.publish(published)
    const accepted = outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : []))
    if (published.length < accepted.length) outlet.wake()
    for (const run of accepted) announceChange(ports, run)
    return outcomes
  })
}
