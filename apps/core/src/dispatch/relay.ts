import type { PoolName } from '@codeforge/contracts/job'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { freeSlots } from './free-slots.ts'

/** A worker that was silent for longer has no slots. */
export const workerSilenceMs = 15_000

/** How often the outbox is looked at when nothing said that it has grown. */
const tickMs = 500
/** While the database or the queue does not answer, once in so long is often enough. */
const failedMs = 2000

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
        await ports.clock.sleep(failedMs, stopping.signal).catch(() => undefined)
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
export async function relayOnce(ports: RelayPorts, { runs }: Pick<CoreConfig, 'runs'>, signal: AbortSignal): Promise<number> {
  const { store, queue, clock } = ports
  const workers = await store.workers.alive(new Date(clock.now().getTime() - workerSilenceMs))
  if (workers.length === 0) return 0
  const taken = { ...await store.jobs.outstanding() }
  let published = 0
  // One pool after the other, since pools share the slots of their workers; in turn, so that none has to wait for the others to be empty.
  for (const pool of inTurn([...new Set(workers.flatMap(({ pools }) => pools))], clock.now())) {
    const free = freeSlots(workers, taken)[pool] ?? 0
    if (free === 0) continue
    const due = await store.jobs.takeDue(clock.now(), { free: { [pool]: free }, perProject: runs.maxConcurrentPerProject })
    if (due.length === 0) continue
    await queue.publish(due.map(({ job, publication }) => ({ ...job, publication })), signal)
    taken[pool] = (taken[pool] ?? 0) + due.length
    published += due.length
  }
  return published
}

function inTurn(pools: readonly PoolName[], now: Date): readonly PoolName[] {
  const first = Math.floor(now.getTime() / tickMs) % Math.max(1, pools.length)
  return [...pools.slice(first), ...pools.slice(0, first)]
}
