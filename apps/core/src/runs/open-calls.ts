import type { HoldId } from '@codeforge/contracts/ids'
import type { MicroUsd } from '@codeforge/contracts/money'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import { readStream } from '../read-stream.ts'

export interface OpenCall {
  readonly holdId: HoldId
  readonly heldMicroUsd: MicroUsd
}

/** Calls of a model that the run's present attempt has begun and whose cost it has not told. Reads all of the log, since it is rare: only where an attempt is lost. */
export async function openCalls({ events }: Pick<Repositories, 'events'>, { view, state }: RunRecord): Promise<readonly OpenCall[]> {
  const open = new Map<HoldId, MicroUsd>()
  for await (const { attempt, data } of readStream(events, `run.${view.id}`)) {
    if (data.kind === 'model.requested' && attempt === state.attempt) open.set(data.holdId, data.heldMicroUsd)
    if (data.kind === 'model.completed' || data.kind === 'model.failed' || data.kind === 'spend.booked') open.delete(data.holdId)
  }
  return [...open].flatMap(([holdId, heldMicroUsd]) => (heldMicroUsd > 0 ? [{ holdId, heldMicroUsd }] : []))
}
