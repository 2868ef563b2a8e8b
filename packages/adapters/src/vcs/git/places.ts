import { constants } from 'node:fs'
import { access, mkdir, readdir, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { WorkspaceRequest } from '@codeforge/ports/vcs'
import type { SnapshotArea } from './area.ts'
import { fileFailure } from './failure.ts'
import type { Layout } from './layout.ts'
import { isAbandoned, signAttempt } from './owner.ts'
import type { Repository } from './repository.ts'
import type { Trash } from './trash.ts'
import type { Overlays } from './warm/overlay.ts'

export interface PlaceDeps {
  readonly layout: Layout
  readonly trash: Trash
  readonly overlays: Overlays
  readonly maxFileBytes: number
}

/** Makes the directories of an attempt, in place of what an earlier process left under the same name. */
export async function makePlaces(deps: PlaceDeps, request: WorkspaceRequest, repository: Repository): Promise<SnapshotArea> {
  const [attempt, place] = [deps.layout.attempts, deps.layout.workspaces].map((root) => join(root, request.runId, String(request.attempt))) as [string, string]
  const own = request.mode !== 'local_path'
  try {
    await access(deps.layout.attempts, constants.W_OK) // making folders on a read-only disk fails with a misleading error
    // A worker that goes on with a run on the same disk is the first to know that the one before it is dead.
    await removeAbandonedOf(deps, request.runId)
    await discard(deps, place)
    await deps.trash.take(attempt)
    await mkdir(attempt, { recursive: true })
    await signAttempt(attempt)
    // Read by `collect`: a run that has an attempt needs its repository.
    await writeFile(join(attempt, 'repository'), repository.key)
    if (own) await mkdir(place, { recursive: true })
  } catch (error) {
    throw fileFailure(error, 'The workspace could not be made')
  }
  return { gitDirectory: repository.shadow, workTree: own ? place : (repository.local?.workTree ?? place), index: join(attempt, 'index'), maxFileBytes: deps.maxFileBytes, upper: null, ignored: [] }
}

/** Takes the directories of an attempt away; what the user's own directory is stays. */
export async function removePlaces(deps: PlaceDeps, request: WorkspaceRequest, area: SnapshotArea): Promise<void> {
  if (request.mode !== 'local_path') await discard(deps, area.workTree)
  const attempt = dirname(area.index)
  await deps.trash.take(attempt)
  for (const parent of [join(deps.layout.workspaces, request.runId), dirname(attempt)]) await rmdir(parent).catch(() => {}) // other attempts are there
}

/** Takes a directory away that may have workspaces mounted in it: what lies below a mount is not ours to delete. */
export async function discard(deps: PlaceDeps, path: string): Promise<void> {
  await deps.overlays.release(path)
  await deps.trash.take(path)
}

/** Takes away what killed processes of this host left: their mounts, workspaces and attempts. Checkpoints stay. */
export async function removeAbandoned(deps: PlaceDeps): Promise<void> {
  for (const run of await readdir(deps.layout.attempts).catch(() => [])) await removeAbandonedOf(deps, run)
}

/** The same for one run. */
async function removeAbandonedOf(deps: PlaceDeps, run: string): Promise<void> {
  for (const attempt of await readdir(join(deps.layout.attempts, run)).catch(() => [])) {
    const path = join(deps.layout.attempts, run, attempt)
    if (!(await isAbandoned(path))) continue
    await discard(deps, join(deps.layout.workspaces, run, attempt))
    await deps.trash.take(path)
    for (const root of [deps.layout.workspaces, deps.layout.attempts]) await rmdir(join(root, run)).catch(() => {}) // other attempts are there
  }
}
