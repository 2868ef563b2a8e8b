import { access, copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RepositorySource } from '@codeforge/contracts/run-work'
import type { Delivered, DeliverRequest } from '@codeforge/ports/vcs'
import { openOwnFiles } from './own-files.ts'
import { createBackdated } from './backdated.ts'
import type { Deps } from './deps.ts'
import { makeCommit, resolveRef, sendObjects } from './delivery.ts'
import { keyOf } from './layout.ts'
import { type Repository, repositoryOf } from './repository.ts'
import { readCheckpoint, rulesDiffer, type ShadowCommit } from './shadow.ts'
import type { LocalRepository } from './source.ts'
import { takeSnapshot } from './snapshot.ts'
import { openView, type View } from './view.ts'

interface Target {
  readonly repository: Repository
  readonly local: LocalRepository
  readonly view: View
  readonly workTree: string
  readonly branch: string
  readonly checkpoint: ShadowCommit
  readonly commit: string
  /** Under which git changes the user's own index and files. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Commits the checkpoint's tree on the branch that is checked out. Files and index go first and the branch last: were we
 * killed between, the user would find the change staged, and trying again completes it.
 */
export async function commitLocal(deps: Deps, source: RepositorySource, request: DeliverRequest, signal: AbortSignal): Promise<Delivered> {
  const target = await findTarget(deps, source, request, signal)
  const { checkpoint, commit, branch } = target
  const ref = `refs/heads/${branch}`
  const head = await resolveRef(deps, target.view, ref, signal)
  if (head === commit) return { commit, branch, created: false }
  await refuseLockedIndex(target)
  if (head !== checkpoint.base) throw new CodeForgeError('conflict', `${branch} moved from ${checkpoint.base} while the run worked.`)
  await sendObjects(deps, target.repository, target.view, { commit, base: checkpoint.base }, signal)
  const undo = (await currentTree(deps, target, signal)) === checkpoint.tree ? await adoptContent(deps, target, signal) : await writeContent(deps, target, signal)
  const moved = await deps.git.run({ args: ['update-ref', ref, commit, checkpoint.base], environment: target.view.environment, answers: [0, 1, 128] }, signal)
  if (moved.code === 0) return { commit, branch, created: true }
  await undo()
  throw new CodeForgeError('conflict', `${branch} moved while the commit was made: ${moved.stderr.trim().slice(0, 500)}`)
}

/** The user's git may be at work for as long as an editor is open, so its lock is theirs to remove. */
async function refuseLockedIndex({ environment }: Target): Promise<void> {
  const lock = `${environment['GIT_INDEX_FILE'] ?? ''}.lock`
  if (await access(lock).then(() => true, () => false)) {
    throw new CodeForgeError('conflict', `Another git is at work in the repository, or was killed there. If none runs, remove ${lock}.`)
  }
}

async function findTarget(deps: Deps, source: RepositorySource, request: DeliverRequest, signal: AbortSignal): Promise<Target> {
  const repository = await repositoryOf(deps.layout, source)
  const workTree = repository.local?.workTree
  if (!repository.local || !workTree) throw new CodeForgeError('unsupported', 'commit-local needs a local repository with a working tree; deliver a branch instead.')
  const view = await openView(deps.layout, repository.local)
  if (view.branch === null) throw new CodeForgeError('conflict', 'No branch is checked out.')
  const checkpoint = await readCheckpoint(deps.git, repository, request.checkpoint, signal)
  const commit = await makeCommit(deps, repository, checkpoint, request, signal)
  const files = await openView(deps.layout, repository.local, await rulesDiffer(deps.git, repository, checkpoint.base, checkpoint.id, signal) ? 'as committed' : 'as the user has them')
  const environment = { ...files.environment, GIT_WORK_TREE: workTree, GIT_INDEX_FILE: join(repository.local.gitDirectory, 'index') }
  return { repository, local: repository.local, view, workTree, branch: view.branch, checkpoint, commit, environment }
}

/** The directory's present content, through an index of ours. */
async function currentTree(deps: Deps, target: Target, signal: AbortSignal): Promise<string> {
  const index = join(deps.layout.root, `index-${keyOf(target.workTree)}-${process.pid}-${Math.random().toString(36).slice(2)}`)
  const area = { gitDirectory: target.repository.shadow, workTree: target.workTree, index, maxFileBytes: Number.MAX_SAFE_INTEGER, upper: null, ignored: [] }
  try {
    const own = await openOwnFiles(deps.git, target.repository, target.local, area, target.checkpoint.base, signal)
    return (await takeSnapshot(deps.git, own, { backdated: createBackdated(), narrowed: null }, signal)).tree
  } finally {
    await rm(index, { force: true })
  }
}

/** The files are in place already (the run worked here): only the index follows. */
async function adoptContent(deps: Deps, target: Target, signal: AbortSignal): Promise<() => Promise<void>> {
  const [before, base] = await Promise.all([treeOf(deps, target, target.checkpoint.first, signal), treeOf(deps, target, target.checkpoint.base, signal)])
  if (before !== base) throw new CodeForgeError('conflict', 'The directory had uncommitted files when the run began; they would become part of the commit.')
  const index = target.environment['GIT_INDEX_FILE'] ?? ''
  const saved = `${index}.codeforge`
  await copyFile(index, saved).catch(() => {}) // a repository without an index gets one
  try {
    // -i: the files differ from what the index knows, since the run changed them.
    await deps.git.run({ args: ['read-tree', '-m', '-i', target.commit], environment: target.environment, directory: target.workTree }, signal)
    await deps.git.run({ args: ['update-index', '-q', '--refresh', '--ignore-submodules'], environment: target.environment, directory: target.workTree, answers: [0, 1] }, signal)
  } catch (error) {
    await copyFile(saved, index).catch(() => {})
    throw error
  } finally {
    await rm(saved, { force: true })
  }
  return async () => {
    await deps.git.run({ args: ['read-tree', '-m', '-i', target.checkpoint.base], environment: target.environment, directory: target.workTree }, signal)
  }
}

async function treeOf(deps: Deps, target: Target, commit: string, signal: AbortSignal): Promise<string> {
  return deps.git.text({ args: ['rev-parse', `${commit}^{tree}`], environment: { GIT_DIR: target.repository.shadow } }, signal)
}

/** Moves index and files from the base to the new commit; git checks everything before it writes anything. */
async function writeContent(deps: Deps, target: Target, signal: AbortSignal): Promise<() => Promise<void>> {
  const { environment, workTree: directory, checkpoint, commit } = target
  await deps.git.run({ args: ['update-index', '-q', '--refresh', '--ignore-submodules'], environment, directory, answers: [0, 1] }, signal)
  const [staged, changed] = await Promise.all([
    deps.git.run({ args: ['diff-index', '--cached', '--quiet', '--ignore-submodules=all', checkpoint.base, '--'], environment, directory, answers: [0, 1] }, signal),
    deps.git.run({ args: ['diff-files', '--quiet', '--ignore-submodules=all'], environment, directory, answers: [0, 1] }, signal),
  ])
  if (staged.code !== 0 || changed.code !== 0) throw new CodeForgeError('conflict', 'The repository has uncommitted changes.')
  const move = (from: string, to: string) => deps.git.run({ args: ['read-tree', '-m', '-u', from, to], environment, directory, answers: [0, 128] }, signal)
  const moved = await move(checkpoint.base, commit)
  if (moved.code !== 0) throw new CodeForgeError('conflict', `The change does not fit the files that are there: ${moved.stderr.trim().slice(0, 1000)}`)
  return async () => void (await move(commit, checkpoint.base))
}
