import { decideCommand } from '@codeforge/domain/run'
import type { RunCommand, RunState } from '@codeforge/domain/run'
import type { RunId } from '@codeforge/contracts/ids'
import { announceChange, decided, recordEvents } from '../runs/index.ts'
import type { CorePorts } from '../ports.ts'
import type { CoreConfig } from '../core-config.ts'
import { watchClock } from './watch-clock.ts'
import { UndeliverableJobs } from './undeliverable-jobs.ts'
import { forgetSilentWorkers } from './workers.ts'
import { workerSilenceMs } from './relay.ts'

type SweepPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'ids' | 'log'>

const tickMs = 1000
/** While the database or the queue does not answer, once in so long is often enough. */
const failedMs = 5000
/** A job that was published but not claimed for so long is published again: the queue may have lost it, or given it to a worker that hangs. */
const unclaimed = { first: 5000, longest: 60_000 }
/** The same where the queue holds nothing at all: it was wiped, or the publication never came. */
const wipedOut = { first: 2000, longest: 2000 }
const batch = 100
/** A worker that was silent for so long will not come back under its name. */
const forgottenMs = 120_000

/** Puts right what time has made wrong: leases that ran out, jobs nobody claimed, questions nobody answered, workers that are gone. */
export function startSweeper(ports: SweepPorts, config: Pick<CoreConfig, 'runs'>, wakeRelay: () => void): AsyncDisposable {
  const stopping = new AbortController()
  const letters = new UndeliverableJobs()
  const watch = watchClock(ports, config)
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let pauseMs = tickMs
      try {
        await watch()
        if (await sweepOnce(ports, letters) > 0) wakeRelay()
      } catch (error) {
        ports.log.warn('sweep failed, will try again', { error })
        pauseMs = failedMs
      }
      await ports.clock.sleep(pauseMs, stopping.signal).catch(() => undefined)
    }
  }
  const running = loop()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('core is stopping'))
      await running
    },
  }
}

/** Returns how many things it put right. */
export async function sweepOnce(ports: SweepPorts, letters = new UndeliverableJobs()): Promise<number> {
  const now = ports.clock.now()
  const expired = await ports.store.runs.expiredLeases(now, batch)
  for (const id of expired) await command(ports, id, { kind: 'lose-attempt', reason: 'its lease ran out' }, (run, at) => run !== null && run <= at)
  const due = await ports.store.questions.due(now, batch)
  for (const { runId, id } of due) await command(ports, runId, { kind: 'expire-question', questionId: id })
  await forgetSilentWorkers(ports, new Date(now.getTime() - forgottenMs))
  let undeliverable = 0
  for await (const { runId, reason } of letters.found(ports)) {
    undeliverable += 1
    await command(ports, runId, { kind: 'fail', outcome: 'infrastructure', code: 'job-undeliverable', message: `No worker could use the job of this run: ${reason}` })
  }
  return expired.length + due.length + undeliverable + await requeue(ports, now)
}

/**
 * Takes every run back from the worker that holds it. Only for whoever knows that no worker is alive: the host of a data
 * directory whose workers live in its own process need not wait for the leases of the host before it.
 */
export async function takeBackRuns(ports: SweepPorts, reason: string): Promise<number> {
  const latest = new Date(8.64e15)
  let taken = 0
  for (;;) {
    const held = await ports.store.runs.expiredLeases(latest, batch)
    for (const id of held) await command(ports, id, { kind: 'lose-attempt', reason })
    taken += held.length
    if (held.length < batch) return taken
  }
}

async function command(
  ports: SweepPorts, id: RunId, wanted: RunCommand, stillDue: (leaseUntil: Date | null, now: Date) => boolean = () => true,
): Promise<void> {
  const now = ports.clock.now()
  const run = await ports.store.transaction(async (repositories) => {
    const locked = await repositories.runs.lock(id)
    if (!locked || !stillDue(locked.lease?.until ?? null, now)) return null
    return recordEvents(ports, repositories, locked, decided(decideCommand(locked.state satisfies RunState, wanted), now), { actor: 'core', requestId: null })
  })
  if (run) announceChange(ports, run)
}

async function requeue({ store, queue, clock }: SweepPorts, now: Date): Promise<number> {
  const counts = await store.jobs.counts()
  if (counts.published === 0) return 0
  const workers = await store.workers.alive(new Date(clock.now().getTime() - workerSilenceMs))
  if (workers.length === 0) return 0
  const status = await queue.status()
  if (!status.connected) return 0
  const wiped = status.pending === 0 && status.inFlight === 0
  return store.jobs.requeueUnclaimed(now, wiped ? wipedOut : unclaimed)
}
