import type { RunRecord } from '@codeforge/ports/store/runs'
import type { CorePorts } from '../ports.ts'
import { eventsSubject, manyEventsSubject, mostHints } from '@codeforge/contracts/stream-hint'
import { controlSubject } from '@codeforge/contracts/subjects'

/** Tells whoever watches that a run's stream has grown, after the commit. A hint only: gaps are read from the store. */
export function announceChange({ queue }: Pick<CorePorts, 'queue'>, run: RunRecord): void {
  queue.broadcast(eventsSubject(`run.${run.view.id}`), hintOf(run))
}

/** The same of runs that one commit changed. */
export function announceChanges(ports: Pick<CorePorts, 'queue'>, runs: readonly RunRecord[]): void {
  const [first] = runs
  if (first && runs.length === 1) return announceChange(ports, first)
  for (let start = 0; start < runs.length; start += mostHints) {
    const hints = runs.slice(start, start + mostHints).map((run) => ({ stream: `run.${run.view.id}`, ...hintOf(run) }))
    ports.queue.broadcast(manyEventsSubject, { hints })
  }
}

function hintOf({ view }: RunRecord) {
  return { sequence: view.sequence, projectId: view.projectId, status: view.status }
}

/** Makes the next renewal of a run's worker come early. */
export function nudgeWorker({ queue }: Pick<CorePorts, 'queue'>, run: RunRecord): void {
  queue.broadcast(controlSubject(run.view.id), {})
}
