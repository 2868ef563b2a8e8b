import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Log } from '@codeforge/ports/log'
import { takeBatch, type Unit } from './batch.ts'
import { leftSpools, removeSpool, type LeftSpool } from './spool.ts'

/** Sends once what workers that died had not told yet. Core books the spend in it and refuses the rest of what is no longer current. */
export async function sendLeftovers(
  { coordinator, log }: { readonly coordinator: Pick<Coordinator, 'record'>; readonly log: Log },
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  for (const spool of await leftSpools(directory)) {
    if (signal.aborted) return
    try {
      await sendSpool(coordinator, spool, signal)
      await removeSpool(spool.path)
    } catch (error) {
      log.warn('left facts could not be sent; they stay for the next start', { runId: spool.header.runId, error })
    }
  }
}

async function sendSpool(coordinator: Pick<Coordinator, 'record'>, spool: LeftSpool, signal: AbortSignal): Promise<void> {
  const { runId, attempt, workerId } = spool.header
  let waiting: readonly Unit[] = spool.facts.map((fact) => [fact])
  while (waiting.length > 0) {
    const batch = takeBatch(waiting)
    await coordinator.record({ runId, attempt, workerId, facts: batch.flat() }, signal)
    waiting = waiting.slice(batch.length)
  }
}
