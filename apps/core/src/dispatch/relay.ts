import type { PoolName } from '@codeforge/contracts/job'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { WorkerRecord } from '@codeforge/ports/store/workers'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import type { Outlet } from '../outlet.ts'
import { freeSlots } from './free-slots.ts'
import { poolsOf, SlotEstimate } from './slot-estimate.ts'

/** A worker that was silent for longer has no slots. */
export const workerSilenceMs = 15_000

/** How often the outbox is looked at when nothing said that it has grown. */
const tickMs = 500
/** While the database or the queue does not answer, once in so long is often enough. */
const failedMs = 2000
/** What is published past the outbox goes by workers that were looked up so long ago at most. */
const workersMs = 1000

export interface Relay extends Outlet, AsyncDisposable {}

type RelayPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'log'>

/** Batches on their way to the queue while the next one is taken. */
const mostUnderWay = 4

/** Jobs of one message at most, and of a worker's slots the part that one message may fill: workers with few slots get jobs one by one. */
const mostTogether = 64
const slotsPart = 8

/** Moves jobs from the outbox to the queue, no more than free slots can take. */
export function startRelay(ports: RelayPorts, config: Pick<CoreConfig, 'runs'>): Relay {
  const stopping = new AbortController()
  const { signal } = stopping
  let wakeUp = Promise.withResolvers<void>()
  const publications = new Set<Promise<void>>()
  const slots = new SlotEstimate()
  let together = 1
  const publish = (due: readonly JobRecord[]): void => {
    slots.published(due)
    const publication = publishAll(ports, due, signal, together)
      .catch((error: unknown) => { if (!signal.aborted) ports.log.warn('jobs were not published, and will be again', { jobs: due.length, error }) })
      .finally(() => publications.delete(publication))
    publications.add(publication)
  }
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const woken = wakeUp.promise
      try {
        const workers = await aliveWorkers(ports)
        for (let due = await takeDue(ports, config, workers); due.length > 0; due = await takeDue(ports, config, workers)) {
          publish(due)
          if (publications.size >= mostUnderWay) await Promise.race(publications)
        }
      } catch (error) {
        if (!signal.aborted) ports.log.warn('relay failed, will try again', { error })
        await ports.clock.sleep(failedMs, signal).catch(() => undefined)
      }
      await Promise.race([woken, ports.clock.sleep(tickMs, signal).catch(() => undefined)])
      wakeUp = Promise.withResolvers<void>()
    }
    await Promise.all(publications)
  }
  const running = loop()
  const known = rememberWorkers(ports)
  return {
    wake() {
      known.forget()
      slots.forget()
      wakeUp.resolve()
    },
    async room(jobs, wanted) {
      const workers = await known.workers()
      if (workers.length === 0) return null
      together = togetherFor(workers)
      const free = await slots.free(jobs, workers, wanted, { now: ports.clock.now(), monotonic: ports.clock.monotonic() })
      return { free, atWork: slots.taken(), perProject: config.runs.maxConcurrentPerProject }
    },
    publish(jobs) {
      if (jobs.length > 0) publish(jobs)
    },
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('core is stopping'))
      wakeUp.resolve()
      await running
    },
  }
}

function rememberWorkers(ports: RelayPorts) {
  let known: { readonly workers: Promise<readonly WorkerRecord[]>; readonly until: number } | null = null
  return {
    workers: async (): Promise<readonly WorkerRecord[]> => {
      if (!known || known.until < ports.clock.monotonic()) known = { workers: aliveWorkers(ports), until: ports.clock.monotonic() + workersMs }
      return known.workers
    },
    forget(): void {
      known = null
    },
  }
}

/** Publishes what is due now and returns how much that was. A crash between the commit and the publication is mended by the sweeper. */
export async function relayOnce(ports: RelayPorts, config: Pick<CoreConfig, 'runs'>, signal: AbortSignal): Promise<number> {
  const due = await takeDue(ports, config, await aliveWorkers(ports))
  await publishAll(ports, due, signal)
  return due.length
}

async function aliveWorkers({ store, clock }: Pick<RelayPorts, 'store' | 'clock'>): Promise<readonly WorkerRecord[]> {
  return store.workers.alive(new Date(clock.now().getTime() - workerSilenceMs))
}

/** Jobs that were published before go one by one: what they shared a message with may be why nobody took them. */
async function publishAll({ queue }: Pick<RelayPorts, 'queue'>, due: readonly JobRecord[], signal: AbortSignal, together = 1): Promise<void> {
  const jobs = due.map(({ job, publication }) => ({ ...job, publication }))
  const [first, again] = [jobs.filter(({ publication }) => publication === 1), jobs.filter(({ publication }) => publication > 1)]
  await Promise.all([first.length > 0 && queue.publish(first, signal, together), again.length > 0 && queue.publish(again, signal)])
}

function togetherFor(workers: readonly WorkerRecord[]): number {
  const fewest = Math.min(...workers.filter(({ stopping }) => !stopping).map(({ slots }) => slots))
  return Math.max(1, Math.min(mostTogether, Math.floor(fewest / slotsPart)))
}

async function takeDue({ store, clock }: Pick<RelayPorts, 'store' | 'clock'>, { runs }: Pick<CoreConfig, 'runs'>, workers: readonly WorkerRecord[]): Promise<readonly JobRecord[]> {
  if (workers.length === 0) return []
  const pools = poolsOf(workers)
  const load = await store.jobs.outstanding(pools, clock.now())
  const taken = Object.fromEntries(pools.map((pool) => [pool, load[pool]?.outstanding ?? 0]))
  const jobs: JobRecord[] = []
  // One pool after the other, since pools share the slots of their workers; in turn, so that none has to wait for the others to be empty.
  for (const pool of inTurn(pools.filter((name) => load[name]?.due), clock.now())) {
    const free = freeSlots(workers, taken)[pool] ?? 0
    if (free === 0) continue
    const due = await store.jobs.takeDue(clock.now(), { free: { [pool]: free }, perProject: runs.maxConcurrentPerProject })
    taken[pool] = (taken[pool] ?? 0) + due.length
    jobs.push(...due)
  }
  return jobs
}

function inTurn(pools: readonly PoolName[], now: Date): readonly PoolName[] {
  const first = Math.floor(now.getTime() / tickMs) % Math.max(1, pools.length)
  return [...pools.slice(first), ...pools.slice(0, first)]
}
