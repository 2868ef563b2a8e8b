import type { RunRecord } from '@codeforge/ports/store/runs'
import type { CorePorts } from '../ports.ts'
import { controlSubject, eventsSubject } from '@codeforge/contracts/subjects'

/** Tells whoever watches that a run's stream has grown, after the commit. A hint only: gaps are read from the store. */
export function announceChange({ queue }: Pick<CorePorts, 'queue'>, run: RunRecord): void {
  queue.broadcast(eventsSubject(`run.${run.view.id}`), { sequence: run.view.sequence, projectId: run.view.projectId, status: run.view.status })
}

/** Makes the next renewal of a run's worker come early. */
export function nudgeWorker({ queue }: Pick<CorePorts, 'queue'>, run: RunRecord): void {
  queue.broadcast(controlSubject(run.view.id), {})
}
