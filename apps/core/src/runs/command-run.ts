import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RunId } from '@codeforge/contracts/ids'
import type { Run } from '@codeforge/contracts/run'
import { decideCommand } from '@codeforge/domain/run'
import type { RunCommand } from '@codeforge/domain/run'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CorePorts } from '../ports.ts'
import { decided, recordEvents } from './record-events.ts'
import type { Cause } from './record-events.ts'

/** Decides a command on a run and records what follows. `conflict` where the run's state does not allow it. */
export async function commandRun(
  ports: Pick<CorePorts, 'clock' | 'ids'>, repositories: Repositories, id: RunId, command: RunCommand, cause: Cause,
): Promise<RunRecord> {
  const locked = await repositories.runs.lock(id)
  if (!locked) throw new CodeForgeError('not-found', `There is no run ${id}.`)
  const events = decideCommand(locked.state, command)
  if (events.length === 0) refuseUnlessDone(locked.view, command)
  return recordEvents(ports, repositories, locked, decided(events, ports.clock.now()), cause)
}

/** Asking again for what is so already is fine; asking for what cannot be is not. */
function refuseUnlessDone(run: Run, command: RunCommand): void {
  const done = (command.kind === 'cancel' && run.outcome === 'cancelled') || (command.kind === 'pause' && run.status === 'paused')
  if (done) return
  const state = run.status === 'ended' ? `has ended (${run.outcome})` : `is ${run.status}`
  if (command.kind === 'cancel' && run.status !== 'ended') return
  throw new CodeForgeError('conflict', `The run ${state}; it cannot be changed by ${command.kind}.`)
}
