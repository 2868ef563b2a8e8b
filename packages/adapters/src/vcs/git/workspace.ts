import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Workspace, WorkspaceRequest } from '@codeforge/ports/vcs'
import pLimit from 'p-limit'
import { type Base, bringObjects, type Deps, prepareBase } from './base.ts'
import { fileFailure } from './failure.ts'
import { checkRunId } from './layout.ts'
import type { RepositoryLock } from './lock.ts'
import { fetchBase } from './remote.ts'
import { ensureRepository, type Repository, repositoryOf, writeAgentRepository } from './repository.ts'
import { reuseFolders } from './reuse.ts'
import { changesBetween, commitCheckpoint, diffBetween, findCheckpoint, packCheckpoint, type ShadowCommit, statBetween, unpackCheckpoint } from './shadow.ts'
import { areaEnvironment, type SnapshotArea, takeSnapshot } from './snapshot.ts'
import type { Trash } from './trash.ts'

export interface WorkspaceDeps extends Deps {
  readonly lock: RepositoryLock
  readonly trash: Trash
  readonly searchPath: string
  readonly globalExcludes: string | null
  readonly maxFileBytes: number
  readonly maxReuseBytes: number
}

/** Everything that opening has found out. */
interface Opening {
  readonly deps: WorkspaceDeps
  readonly request: WorkspaceRequest
  readonly repository: Repository
  readonly base: Base
  readonly resumed: ShadowCommit | null
  readonly area: SnapshotArea
  /** Ours to remove: the directory of this attempt's index. */
  readonly attempt: string
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
    const opening = { deps, request, repository, ...started, area, attempt: dirname(area.index) }
    const reused = request.mode === 'local_path' ? await adopt(opening, signal) : await populate(opening, signal)
    return asWorkspace(opening, reused)
  } catch (error) {
    await removePlaces(deps, request, area).catch(() => {}) // the first error says more
    throw signal.aborted ? new CodeForgeError('cancelled', 'Opening the workspace was cancelled.', { cause: error }) : fileFailure(error, 'The workspace could not be made')
  }
}

async function makePlaces(deps: WorkspaceDeps, request: WorkspaceRequest, repository: Repository): Promise<SnapshotArea> {
  const [attempt, place] = [deps.layout.attempts, deps.layout.workspaces].map((root) => join(root, request.runId, String(request.attempt))) as [string, string]
  const own = request.mode !== 'local_path'
  try {
    await rm(attempt, { recursive: true, force: true })
    await mkdir(attempt, { recursive: true })
    // Read by `collect`: a run that has an attempt needs its repository.
    await writeFile(join(attempt, 'repository'), repository.key)
    if (own) await deps.trash.take(place)
    if (own) await mkdir(place, { recursive: true })
  } catch (error) {
    throw fileFailure(error, 'The workspace could not be made')
  }
  return { gitDirectory: repository.shadow, workTree: own ? place : (repository.local?.workTree ?? place), index: join(attempt, 'index'), maxFileBytes: deps.maxFileBytes }
}

async function removePlaces(deps: WorkspaceDeps, request: WorkspaceRequest, area: SnapshotArea): Promise<void> {
  if (request.mode !== 'local_path') await deps.trash.take(area.workTree)
  const attempt = dirname(area.index)
  await rm(attempt, { recursive: true, force: true })
  for (const parent of [join(deps.layout.workspaces, request.runId), dirname(attempt)]) await rmdir(parent).catch(() => {}) // other attempts are there
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

/** Local path: the user's own directory, as it is. Only a run that continues puts its checkpoint there. */
async function adopt(opening: Opening, signal: AbortSignal): Promise<readonly string[]> {
  const { deps, area, base, repository, request, resumed } = opening
  if (resumed === null && request.baseRef !== null) {
    const head = await prepareBase(deps, repository, null, request.mode, signal)
    if (head.commit !== base.commit) throw new CodeForgeError('conflict', `The directory has ${head.commit} checked out, not ${request.baseRef}.`)
  }
  const call = { environment: areaEnvironment(area), directory: area.workTree }
  await deps.git.run({ ...call, args: ['read-tree', base.commit] }, signal)
  await deps.git.run({ ...call, args: ['update-index', '-q', '--refresh', '--ignore-submodules'], answers: [0, 1] }, signal)
  if (resumed) await restoreTree(opening, resumed.first, resumed.tree, signal)
  return []
}

/** Checks out the base, gives the agent its own `.git`, then lays the checkpoint or the uncommitted files over it. */
async function populate(opening: Opening, signal: AbortSignal): Promise<readonly string[]> {
  const { deps, area, base, repository, request, resumed } = opening
  const from = repository.local?.workTree ?? null
  const dirty = request.includeDirty && from !== null && resumed === null ? snapshotOf(opening, from, signal) : Promise.resolve(null)
  const reused = from === null ? Promise.resolve([]) : reuseFolders(deps.git, repository, { from, to: area.workTree, commit: base.commit, folders: request.reuse, maxCopyBytes: deps.maxReuseBytes, searchPath: deps.searchPath }, signal)
  const results = await Promise.allSettled([dirty, reused, checkOut(opening, signal)])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  const tree = resumed?.tree ?? (await dirty)
  if (tree !== null) await moveTo(opening, base.commit, tree, signal)
  return reused
}

async function checkOut(opening: Opening, signal: AbortSignal): Promise<void> {
  const { deps, area, base, repository, request } = opening
  await deps.git.run({ args: ['read-tree', '-m', '-u', base.commit], environment: areaEnvironment(area), directory: area.workTree }, signal)
  await writeAgentRepository(repository, { workspace: area.workTree, branch: `codeforge/${request.runId}`, baseBranch: base.branch, commit: base.commit, index: area.index })
}

/** The user's directory as it is now, through an index of ours. */
async function snapshotOf(opening: Opening, workTree: string, signal: AbortSignal): Promise<string> {
  const { deps, base, area } = opening
  const dirty = { ...area, workTree, index: `${area.index}.dirty` }
  const call = { environment: areaEnvironment(dirty), directory: workTree }
  await deps.git.run({ ...call, args: ['read-tree', base.commit] }, signal)
  await deps.git.run({ ...call, args: ['update-index', '-q', '--refresh', '--ignore-submodules'], answers: [0, 1] }, signal)
  const { tree } = await takeSnapshot(deps.git, dirty, signal)
  await rm(dirty.index, { force: true })
  return tree
}

/** Moves files and index from one tree, which must be what is there, to another. git refuses to overwrite what it does not know. */
async function moveTo(opening: Opening, from: string, to: string, signal: AbortSignal): Promise<void> {
  const { deps, area } = opening
  await deps.git.run({ args: ['read-tree', '-m', '-u', from, to], environment: areaEnvironment(area), directory: area.workTree }, signal)
}

/** First records what is there, so that only files a checkpoint knows are ever removed. */
async function restoreTree(opening: Opening, first: string | null, tree: string, signal: AbortSignal): Promise<void> {
  const { deps, area, base, repository, request } = opening
  const before = await takeSnapshot(deps.git, area, signal)
  if (before.tree === tree) return
  await commitCheckpoint(deps.git, repository, { tree: before.tree, base: base.commit, first, runId: request.runId, label: 'before restore' }, signal)
  await moveTo(opening, before.tree, tree, signal)
}

function asWorkspace(opening: Opening, reused: readonly string[]): Workspace {
  const { deps, request, repository, base, resumed, area } = opening
  const oneAtATime = pLimit(1) // the index has one writer
  let first = resumed?.runId === request.runId ? resumed.first : null
  let last: { readonly id: string; readonly tree: string } | null = null
  return {
    path: area.workTree,
    baseCommit: base.commit,
    reused,
    readable: request.mode === 'local_path' ? [] : [join(repository.base, 'objects')],
    checkpoint: (label, signal) => oneAtATime(async () => {
      const { tree, omitted } = await takeSnapshot(deps.git, area, signal)
      const known = last?.tree === tree ? last : null
      const id = known?.id ?? (await commitCheckpoint(deps.git, repository, { tree, base: base.commit, first, runId: request.runId, label }, signal))
      first ??= id
      last = { id, tree }
      return { id, tree, stat: await statBetween(deps.git, repository, first, id, signal), omitted }
    }),
    restore: (checkpoint, signal) => oneAtATime(async () => {
      const target = await findCheckpoint(deps.git, repository, checkpoint, signal)
      if (target === null) throw new CodeForgeError('not-found', `There is no checkpoint ${checkpoint} of this repository.`)
      await restoreTree(opening, first, target.tree, signal)
    }),
    changes: (from, to, signal) => changesBetween(deps.git, repository, from, to, signal),
    diff: (from, to, signal) => diffBetween(deps.git, repository, from, to, signal),
    bundle: (checkpoint, signal) => packCheckpoint(deps.git, repository, checkpoint, signal),
    // Waits for a checkpoint that is under way: it must not find its files gone.
    [Symbol.asyncDispose]: () => oneAtATime(() => removePlaces(deps, request, area)),
  }
}
