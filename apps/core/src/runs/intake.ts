import type { Digest } from '@codeforge/contracts/blob'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import type { Outlet } from '../outlet.ts'
import { together } from '../together.ts'
import { announceChanges } from './announce-change.ts'
import { RecentGrounds } from './recent-grounds.ts'
import { batchesAtOnce, createRuns } from './create-run.ts'
import type { FreshRuns } from './fresh-runs.ts'
import type { RunRequest } from './prepare-run.ts'

/** Longest wait for the artifact store. */
const storeMs = 30_000

/** Accepts runs; those that are asked for at the same time share a statement. Resolves when the run is on disk. */
export type RunIntake = (request: RunRequest) => Promise<RunRecord>

export function openRunIntake(ports: CorePorts, config: CoreConfig, outlet: Outlet, freshRuns: FreshRuns): RunIntake {
  const known = new Set<Digest>()
  const grounds = new RecentGrounds(ports, config)
  return together({ most: 64, batches: batchesAtOnce }, async (requests) => {
    const signal = AbortSignal.timeout(storeMs)
    const { outcomes, published, fresh, digests } = await grounds.during(async () => ports.store.together(async (repositories) =>
      createRuns(ports, config, repositories, requests, { grounds: grounds.of(repositories, requests), room: outlet.room, known, transaction: ports.store.transaction }, signal)))
    for (const digest of digests) known.add(digest)
    freshRuns.remember(fresh)
    outlet.publish(published)
    const accepted = outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : []))
    if (published.length < accepted.length) {
      grounds.forget()
      outlet.wake()
    }
    announceChanges(ports, accepted)
    return outcomes
  })
}
