import { rm } from 'node:fs/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { WorkspaceRequest } from '@codeforge/ports/vcs'
import { areaEnvironment, type SnapshotArea } from './area.ts'
import { prepareBase } from './base.ts'
import type { Base, Deps } from './deps.ts'
import { openOwnFiles } from './own-files.ts'
import { type Repository, writeAgentRepository } from './repository.ts'
import { reuseFolders } from './reuse.ts'
import { commitCheckpoint, rulesDiffer, type ShadowCommit } from './shadow.ts'
import { createSnapshots, type Snapshots } from './snapshots.ts'
import type { WarmTrees } from './warm/pool.ts'
import type { Taken } from './warm/take-tree.ts'

export interface PopulateDeps extends Deps {
  readonly warm: WarmTrees
  readonly searchPath: string
  readonly maxReuseBytes: number
}

/** Everything that opening has found out. */
export interface Opening {
  readonly deps: PopulateDeps
  readonly request: WorkspaceRequest
  readonly repository: Repository
  readonly base: Base
  readonly resumed: ShadowCommit | null
  readonly area: SnapshotArea
}

/** A workspace with its files in place. */
export interface Populated {
  readonly area: SnapshotArea
  readonly snapshots: Snapshots
  readonly reused: readonly string[]
}

/** Local path: the user's own directory, as it is. Only a run that continues puts its checkpoint there. */
export async function adopt(opening: Opening, signal: AbortSignal): Promise<Populated> {
  const { deps, area, base, repository, request, resumed } = opening
  if (resumed === null && request.baseRef !== null) {
    const head = await prepareBase(deps, repository, null, request.mode, signal)
    if (head.commit !== base.commit) throw new CodeForgeError('conflict', `The directory has ${head.commit} checked out, not ${request.baseRef}.`)
  }
  const own = repository.local ? await openOwnFiles(deps.git, repository, repository.local, area, base.commit, signal) : area
  const snapshots = createSnapshots(deps.git, own)
  if (resumed) await restoreTree({ ...opening, area: own }, snapshots, resumed.first, resumed.tree, signal)
  return { area: own, snapshots, reused: [] }
}

/** Puts the base there, gives the agent its own `.git`, then lays the checkpoint or the uncommitted files over it. */
export async function populate(opening: Opening, signal: AbortSignal): Promise<Populated> {
  const { deps, base, repository, request, resumed } = opening
  const from = repository.local?.workTree ?? null
  const taken = await deps.warm.take(repository, opening.area, base.commit)
  const { workTree } = opening.area
  const dirty = request.includeDirty && from !== null && resumed === null ? snapshotOf(opening, from, signal) : Promise.resolve(null)
  const reused = from === null ? Promise.resolve([]) : reuseFolders(deps.git, repository, { from, to: workTree, commit: base.commit, folders: request.reuse, maxCopyBytes: deps.maxReuseBytes, searchPath: deps.searchPath }, signal)
  const results = await Promise.allSettled([dirty, reused, checkOut(opening, taken?.commit ?? null, signal)])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  deps.warm.prepare(repository, base.commit)
  const area: SnapshotArea = { ...opening.area, upper: taken?.upper ?? null, ignored: await reused }
  const tree = resumed?.tree ?? (await dirty)
  if (tree !== null) await moveTo(opening, base.commit, tree, signal)
  return { area, snapshots: createSnapshots(deps.git, area, untouchedTree(opening, taken, tree)), reused: await reused }
}

/** Nobody has been in there yet: the files are those that the warm tree was made with, unless they were moved to another tree since. */
function untouchedTree({ base }: Opening, taken: Taken | null, movedTo: string | null): string | null {
  return movedTo === null && taken?.commit === base.commit ? taken.tree : null
}

/** Checks out what is not there yet: everything, or where another commit differs from the wanted one. */
async function checkOut(opening: Opening, present: string | null, signal: AbortSignal): Promise<void> {
  const { deps, area, base, repository, request } = opening
  if (present !== base.commit) await deps.git.run({ args: ['read-tree', '-m', '-u', base.commit], environment: areaEnvironment(area), directory: area.workTree }, signal)
  await writeAgentRepository(repository, { workspace: area.workTree, branch: `codeforge/${request.runId}`, baseBranch: base.branch, commit: base.commit, index: area.index })
}

/** The user's directory as it is now, through an index of ours. */
async function snapshotOf(opening: Opening, workTree: string, signal: AbortSignal): Promise<string> {
  const { deps, base, area, repository } = opening
  const place: SnapshotArea = { ...area, workTree, index: `${area.index}.dirty` }
  const dirty = repository.local ? await openOwnFiles(deps.git, repository, repository.local, place, base.commit, signal) : place
  const { tree } = await createSnapshots(deps.git, dirty).take(null, signal)
  await rm(dirty.index, { force: true })
  return tree
}

/** Moves files and index from one tree, which must be what is there, to another. git refuses to overwrite what it does not know. */
async function moveTo(opening: Opening, from: string, to: string, signal: AbortSignal): Promise<void> {
  const { deps, area } = opening
  await deps.git.run({ args: ['read-tree', '-m', '-u', from, to], environment: areaEnvironment(area), directory: area.workTree }, signal)
}

/** First records what is there, so that only files a checkpoint knows are ever removed. */
export async function restoreTree(opening: Opening, snapshots: Snapshots, first: string | null, tree: string, signal: AbortSignal): Promise<void> {
  const { base, repository, request } = opening
  const before = await snapshots.take(null, signal)
  if (before.tree === tree) return
  await (await commitCheckpoint(repository, { tree: before.tree, base: base.commit, first, runId: request.runId, label: 'before restore' })).kept
  snapshots.forget()
  const rules = await Promise.all([before.tree, tree].map(async (each) => rulesDiffer(opening.deps.git, repository, base.commit, each, signal)))
  const area = rules.includes(true) ? { ...opening.area, gitDirectory: repository.shadow } : opening.area
  await moveTo({ ...opening, area }, before.tree, tree, signal)
}
