import type { PoolName } from '@codeforge/contracts/job'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'

/** A worker that was silent for longer has no slots. */
export const workerSilenceMs = 15_000

/** How often the outbox is looked at when nothing said that it has grown. */
const tickMs = 500

export interface Relay extends AsyncDisposable {
  /** Says that the outbox may have grown or a slot become free. */
  wake(): void
}

type RelayPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'log'>

/** Moves jobs from the outbox to the queue, no more than free slots can take. */
export function startRelay(ports: RelayPorts, config: Pick<CoreConfig, 'runs'>): Relay {
  const stopping = new AbortController()
  let wakeUp = Promise.withResolvers<void>()
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = wakeUp.promise
      try {
        while (await relayOnce(ports, config, stopping.signal) > 0);
      } catch (error) {
        if (!stopping.signal.aborted) ports.log.warn('relay failed, will try again', { error })
      }
      await Promise.race([woken, ports.clock.sleep(tickMs, stopping.signal).catch(() => undefined)])
      wakeUp = Promise.withResolvers<void>()
    }
  }
  const running = loop()
  return {
    wake: () => wakeUp.resolve(),
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('core is stopping'))
      wakeUp.resolve()
      await running
    },
  }
}

/** Publishes what is due now and returns how much that was. A crash between the commit and the publication is mended by the sweeper. */
export async function relayOnce({ store, queue, clock }: RelayPorts, { runs }: Pick<CoreConfig, 'runs'>, signal: AbortSignal): Promise<number> {
  const free = await freeSlots({ store, clock })
  if (Object.values(free).every((slots) => slots <= 0)) return 0
  const due = await store.jobs.takeDue(clock.now(), { free, perProject: runs.maxConcurrentPerProject })
  if (due.length === 0) return 0
  await queue.publish(due.map(({ job, publication }) => ({ ...job, publication })), signal)
  return due.length
}

async function freeSlots({ store, clock }: Pick<RelayPorts, 'store' | 'clock'>): Promise<Record<PoolName, number>> {
  const workers = await store.workers.alive(new Date(clock.now().getTime() - workerSilenceMs))
  const taken = await store.jobs.outstanding()
  const free: Record<PoolName, number> = {}
  for (const worker of workers) {
    if (worker.stopping) continue
    for (const pool of worker.pools) free[pool] = (free[pool] ?? -(taken[pool] ?? 0)) + worker.slots
  }
  return free
}
