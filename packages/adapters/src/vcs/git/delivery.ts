import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RepositorySource } from '@codeforge/contracts/run-work'
import type { Delivered, DeliverRequest } from '@codeforge/ports/vcs'
import type { Deps } from './deps.ts'
import { listRemote, runRemote } from './remote.ts'
import { type Repository, repositoryOf } from './repository.ts'
import { readCheckpoint, type ShadowCommit } from './shadow.ts'
import type { LocalRepository } from './source.ts'
import { openView, type View } from './view.ts'

const nothing = '0'.repeat(40)

/** Puts the checkpoint's tree on a new branch, in the local repository or at the remote. */
export async function deliverBranch(deps: Deps, source: RepositorySource, request: DeliverRequest, signal: AbortSignal): Promise<Delivered> {
  await checkBranch(deps, request.branch, signal)
  const repository = await repositoryOf(deps.layout, source)
  const checkpoint = await readCheckpoint(deps.git, repository, request.checkpoint, signal)
  const commit = await makeCommit(deps, repository, checkpoint, request, signal)
  const created = repository.local
    ? await createLocally(deps, repository, repository.local, { branch: request.branch, commit, base: checkpoint.base }, signal)
    : await createRemotely(deps, repository, { branch: request.branch, commit }, signal)
  return { commit, branch: request.branch, created }
}

async function checkBranch(deps: Deps, branch: string, signal: AbortSignal): Promise<void> {
  const answer = await deps.git.run({ args: ['check-ref-format', `refs/heads/${branch}`], environment: {}, answers: [0, 1] }, signal)
  if (answer.code !== 0 || branch.startsWith('-')) throw new CodeForgeError('invalid-input', `'${branch}' cannot name a branch.`)
}

/** Its time is the checkpoint's: a second attempt makes the same commit, and so sees that it was delivered already. */
export async function makeCommit(deps: Deps, repository: Repository, checkpoint: ShadowCommit, request: DeliverRequest, signal: AbortSignal): Promise<string> {
  const clean = (text: string) => text.replaceAll(/[\p{Cc}<>]/gu, ' ').trim()
  const date = `@${checkpoint.at} +0000`
  const [name, email] = [clean(request.author.name) || 'CodeForge', clean(request.author.email)]
  const environment = { GIT_DIR: repository.shadow, GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date }
  const stdin = `${request.message.replaceAll('\0', '').trimEnd()}\n`
  return deps.git.text({ args: ['commit-tree', checkpoint.tree, '-p', checkpoint.base], environment, stdin }, signal)
}

interface NewBranch {
  readonly branch: string
  readonly commit: string
  readonly base: string
}

async function createLocally(deps: Deps, repository: Repository, local: LocalRepository, wanted: NewBranch, signal: AbortSignal): Promise<boolean> {
  const view = await openView(deps.layout, local)
  const ref = `refs/heads/${wanted.branch}`
  const existing = await resolveRef(deps, view, ref, signal)
  if (existing !== null) return sameOrRefuse(wanted, existing)
  await refuseLinks(join(local.commonDirectory, 'refs', 'heads'), wanted.branch)
  await sendObjects(deps, repository, view, wanted, signal)
  const update = await deps.git.run({ args: ['update-ref', ref, wanted.commit, nothing], environment: view.environment, answers: [0, 1, 128] }, signal)
  if (update.code === 0) return true
  const winner = await resolveRef(deps, view, ref, signal) // somebody may have been faster
  if (winner !== null) return sameOrRefuse(wanted, winner)
  const taken = /reference already exists|' exists; cannot create/.test(update.stderr)
  throw new CodeForgeError(taken ? 'branch-exists' : 'delivery-failed', `The branch ${wanted.branch} could not be created: ${update.stderr.trim().slice(0, 500)}`)
}

function sameOrRefuse(wanted: { readonly branch: string; readonly commit: string }, existing: string): false {
  if (existing === wanted.commit) return false
  throw new CodeForgeError('branch-exists', `The branch ${wanted.branch} exists and is at ${existing}.`)
}

export async function resolveRef(deps: Deps, view: View, ref: string, signal: AbortSignal): Promise<string | null> {
  const answer = await deps.git.run({ args: ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], environment: view.environment, answers: [0, 1, 128] }, signal)
  return answer.code === 0 ? answer.stdout.toString('utf8').trim() : null
}

/** A link planted among the refs could lead the new one elsewhere. */
async function refuseLinks(heads: string, branch: string): Promise<void> {
  for (let path = join(heads, branch); path.length >= heads.length; path = dirname(path)) {
    const found = await lstat(path).catch(() => null)
    if (found?.isSymbolicLink()) throw new CodeForgeError('delivery-failed', `${path} is a symbolic link; a branch is not written through it.`)
  }
}

/** Streams the objects that the user's repository lacks from the shadow repository into it. */
export async function sendObjects(deps: Deps, repository: Repository, view: View, wanted: { readonly commit: string; readonly base: string }, signal: AbortSignal): Promise<void> {
  if ((await resolveRef(deps, view, wanted.base, signal)) === null) {
    throw new CodeForgeError('conflict', `The repository no longer has ${wanted.base}, from which the run started.`)
  }
  const pack = { args: ['pack-objects', '--revs', '--stdout', '--quiet', '--delta-base-offset'], environment: { GIT_DIR: repository.shadow }, stdin: `${wanted.commit}\n^${wanted.base}\n` }
  await deps.git.pipe(pack, { args: ['unpack-objects', '-q'], environment: view.environment }, signal)
}

async function createRemotely(deps: Deps, repository: Repository, wanted: { readonly branch: string; readonly commit: string }, signal: AbortSignal): Promise<boolean> {
  const [url, ref] = [repository.url ?? '', `refs/heads/${wanted.branch}`]
  const existing = (await listRemote(deps, repository, signal)).branches.get(wanted.branch)
  if (existing !== undefined) return sameOrRefuse(wanted, existing)
  const args = ['push', '--quiet', '--no-verify', `--force-with-lease=${ref}:`, '--', url, `${wanted.commit}:${ref}`]
  const pushed = await runRemote(deps, url, { gitDirectory: repository.shadow, args, answers: [0, 1] }, signal)
  if (pushed.code === 0) return true
  const winner = (await listRemote(deps, repository, signal)).branches.get(wanted.branch)
  if (winner !== undefined) return sameOrRefuse(wanted, winner)
  throw new CodeForgeError('delivery-failed', `The remote refused the branch: ${pushed.stderr.trim().slice(0, 1000)}`)
}
