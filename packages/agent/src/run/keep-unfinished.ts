import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { WorkResult } from '@codeforge/contracts/fact'
import type { Checkpoint } from '@codeforge/ports/vcs'
import { refuseSecrets } from '../secrets/patch-secrets.ts'
import { RunStopped, type RunControl } from './control.ts'
import type { Agent } from './session.ts'

/** Milliseconds that keeping may take: a run that was cancelled or ran out of time is to end soon. */
const mostKeepingMs = 15_000

/**
 * Does the work. Where it ends by a limit, a failure or a cancellation, what was changed until then is kept as a patch; nothing is,
 * where somebody else goes on with the run.
 */
export async function keepUnfinished(agent: Agent, work: () => Promise<WorkResult>): Promise<WorkResult> {
  try {
    const result = await work()
    // What could not be delivered was kept by the delivery.
    if (result.kind === 'failed' && result.outcome !== 'undelivered') await keep(agent)
    return result
  } catch (error) {
    if (endsTheRun(error, agent.control)) await keep(agent)
    throw error
  }
}

function endsTheRun(error: unknown, { signal }: RunControl): boolean {
  const stopped = signal.reason instanceof RunStopped ? signal.reason.kind : null
  if (stopped !== null) return stopped === 'cancelled' || stopped === 'timeout'
  return !(error instanceof CodeForgeError && error.code === 'lease-lost')
}

/** Never changes how the run ends: what cannot be kept is logged. */
async function keep(agent: Agent): Promise<void> {
  const { checkpoints, place, ports, control, outbox } = agent
  const signal = AbortSignal.any([control.lost, AbortSignal.timeout(mostKeepingMs)])
  try {
    const { id, tree, stat } = await newest(agent, signal)
    if (stat.files === 0) return
    const diff = await place.workspace.diff(checkpoints.first, id, signal)
    await refuseSecrets(diff, ports.secrets)
    outbox.note({ kind: 'change.kept', tree, patch: await ports.artifactStore.put(diff, 'text/x-diff', signal), stat })
  } catch (error) {
    ports.log.warn('the unfinished change could not be kept', { error })
  }
}

/** A call that was cut may have changed files that no checkpoint has. */
async function newest({ checkpoints, conversation, place }: Agent, signal: AbortSignal): Promise<Checkpoint> {
  return conversation.pending.length === 0 ? checkpoints.last : place.workspace.checkpoint('unfinished', signal)
}
