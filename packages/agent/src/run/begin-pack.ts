import type { CodePack } from '@codeforge/contracts/code'
import type { Checkpoint, Workspace } from '@codeforge/ports/vcs'
import { packForTask } from './pack-for-task.ts'
import type { Session } from './session.ts'

/** A pack that is being made. Disposing it gives it up, and waits until nobody reads the workspace for its sake. */
export interface Packing extends AsyncDisposable {
  readonly pack: Promise<CodePack>
}

/** Begins to choose what the model is shown first, once there is a checkpoint: what is open meanwhile must not change the files. */
export function beginPack(session: Session, { path, baseCommit }: Workspace, checkpoint: Promise<Checkpoint>): Packing {
  const given = new AbortController()
  const signal = AbortSignal.any([session.control.signal, given.signal])
  // The user's own directory is the user's to change at any time: it is looked at anew.
  const isOurs = session.work.workspace.mode !== 'local_path'
  const pack = checkpoint.then(({ tree }) => packForTask(session, { path, snapshot: isOurs ? `${baseCommit} ${tree}` : null }, signal))
  const settled = pack.then(() => undefined, () => undefined)
  return {
    pack,
    async [Symbol.asyncDispose]() {
      given.abort()
      await settled
    },
  }
}
