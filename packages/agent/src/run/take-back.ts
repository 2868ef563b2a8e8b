import { refuseSecrets } from '../secrets/patch-secrets.ts'
import type { Agent } from './session.ts'

/**
 * Puts the workspace back to checkpoint 0 when a run ends because a gate does not hold: in the user's own directory
 * nothing of a refused change stays. The change itself is kept as an artifact, for whoever wants to look at it,
 * unless it holds a secret.
 */
export async function takeBack(agent: Agent, reason: string): Promise<void> {
  const { work, checkpoints, place, ports, control, outbox } = agent
  const { stat } = checkpoints.last
  if (!work.policy.rewindOnGateFailure || stat.files === 0) return
  const diff = await place.workspace.diff(checkpoints.first, checkpoints.last.id, control.signal)
  const secretFree = await refuseSecrets(diff, ports.secrets).then(() => true, () => false)
  const undone = secretFree ? await ports.artifactStore.put(diff, 'text/x-diff', control.signal) : null
  const tree = await checkpoints.startOver()
  await outbox.add({ kind: 'checkpoint.restored', checkpoint: checkpoints.first, tree, reason: reason.slice(0, 2000), undone, stat })
}
