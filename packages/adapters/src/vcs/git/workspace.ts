import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Workspace, WorkspaceRequest } from '@codeforge/ports/vcs'
import pLimit from 'p-limit'
import { bringObjects, prepareBase } from './base.ts'
import { createCheckpoints } from './checkpoints.ts'
import type { Base } from './deps.ts'
import { fileFailure } from './failure.ts'
import { guardedPaths } from './guarded.ts'
import { checkRunId } from './layout.ts'
import type { RepositoryLock } from './lock.ts'
import { makePlaces, type PlaceDeps, removePlaces } from './places.ts'
import { adopt, type Opening, populate, type PopulateDeps, type Populated, restoreTree } from './populate.ts'
import { fetchBase } from './remote.ts'
import { ensureRepository, type Repository, repositoryOf } from './repository.ts'
import { changesBetween, diffBetween, findCheckpoint, packCheckpoint, type ShadowCommit, unpackCheckpoint } from './shadow.ts'

export interface WorkspaceDeps extends PopulateDeps, PlaceDeps {
  readonly lock: RepositoryLock
  readonly globalExcludes: string | null
}

/** Makes the workspace of one attempt. */
export async function openWorkspace(deps: WorkspaceDeps, request: WorkspaceRequest, signal: AbortSignal): Promise<Workspace> {
  checkRunId(request.runId)
  const repository = await repositoryOf(deps.layout, request.source)
  if (request.includeDirty && !repository.local?.workTree) throw new CodeForgeError('unsupported', 'Only a local repository with a working tree has uncommitted files.')
  if (request.mode === 'local_path' && !repository.local?.workTree) throw new CodeForgeError('unsupported', 'Mode local_path needs a local repository with a working tree.')
  const area = await makePlaces(deps, request, repository)
  try {
    const started = await deps.lock(repository.directory, () => findStart(deps, repository, request, signal), signal)
    const opening: Opening = { deps, request, repository, ...started, area }
    const populated = request.mode === 'local_path' ? await adopt(opening, signal) : await populate(opening, signal)
    const guarded = request.mode === 'local_path' ? await guardedPaths(deps.git, repository, area.workTree, started.base.commit, signal) : []
    return asWorkspace(deps, opening, populated, guarded)
  } catch (error) {
    await removePlaces(deps, request, area).catch(() => {}) // the first error says more
    throw signal.aborted ? new CodeForgeError('cancelled', 'Opening the workspace was cancelled.', { cause: error }) : fileFailure(error, 'The workspace could not be made')
  }
}

/** The base of a checkpoint is the base of whoever continues from it, also where the branch has moved on meanwhile. */
async function findStart(deps: WorkspaceDeps, repository: Repository, request: WorkspaceRequest, signal: AbortSignal): Promise<{ base: Base; resumed: ShadowCommit | null }> {
  await ensureRepository(repository, deps.globalExcludes)
  if (request.checkpoint === null) return { base: await prepareBase(deps, repository, request.baseRef, request.mode, signal), resumed: null }
  const resumed = (await findCheckpoint(deps.git, repository, request.checkpoint, signal)) ?? (await takeBundle(deps, repository, request, request.checkpoint, signal))
  return { base: { commit: resumed.base, branch: null }, resumed }
}

async function takeBundle(deps: WorkspaceDeps, repository: Repository, request: WorkspaceRequest, checkpoint: string, signal: AbortSignal): Promise<ShadowCommit> {
  if (request.bundle === null) throw new CodeForgeError('workspace-failed', `This host does not have checkpoint ${checkpoint}, and no bundle came with it.`)
  if (repository.local) await bringObjects(repository, repository.local, signal)
  else await fetchBase(deps, repository, null, 'worktree', signal)
  return unpackCheckpoint(deps.git, repository, checkpoint, request.bundle, signal)
}

function asWorkspace(deps: WorkspaceDeps, opening: Opening, { area, snapshots, reused }: Populated, guarded: readonly string[]): Workspace {
  const { request, repository, base, resumed } = opening
  const oneAtATime = pLimit(1) // the index has one writer
  const alone = <Result>(doing: string, work: () => Promise<Result>) => oneAtATime(() => work().catch((error: unknown) => {
    throw fileFailure(error, doing)
  }))
  const first = resumed?.runId === request.runId ? resumed.first : null
  const checkpoints = createCheckpoints({ git: deps.git, repository, snapshots, base: base.commit, runId: request.runId, first })
  return {
    path: area.workTree,
    baseCommit: base.commit,
    reused,
    readable: request.mode === 'local_path' ? [] : [join(repository.base, 'objects')],
    guarded,
    checkpoint: (label, signal) => alone('The checkpoint could not be made', () => checkpoints.take(label, null, signal)),
    checkpointOf: (label, touched, signal) => alone('The checkpoint could not be made', () => checkpoints.take(label, touched, signal)),
    restore: (checkpoint, signal) => alone('The checkpoint could not be restored', async () => {
      const target = await findCheckpoint(deps.git, repository, checkpoint, signal)
      if (target === null) throw new CodeForgeError('not-found', `There is no checkpoint ${checkpoint} of this repository.`)
      await restoreTree({ ...opening, area }, snapshots, checkpoints.first(), target.tree, signal)
    }),
    changes: async (from, to, signal) => checkpoints.known(from, to) ?? changesBetween(deps.git, repository, from, to, signal),
    diff: (from, to, signal) => diffBetween(deps.git, repository, from, to, signal),
    bundle: (checkpoint, signal) => packCheckpoint(deps.git, repository, checkpoint, signal),
    // Waits for a checkpoint that is under way: it must not find its files gone.
    [Symbol.asyncDispose]: () => oneAtATime(async () => {
      await checkpoints.settled().finally(() => removePlaces(deps, request, area))
    }),
  }
}
