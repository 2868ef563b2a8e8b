import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepositorySource } from '@codeforge/contracts/run-work'
import type { Inspection } from '@codeforge/ports/vcs'
import type { Deps } from './deps.ts'
import { keyOf } from './layout.ts'
import { isRegular } from './read-text.ts'
import { listRemote } from './remote.ts'
import { ensureGitDirectory, repositoryOf } from './repository.ts'
import { resolveRef } from './delivery.ts'
import type { LocalRepository } from './source.ts'
import { openView, type View } from './view.ts'

/** What a repository looks like, without changing it. */
export async function inspectRepository(deps: Deps, source: RepositorySource, signal: AbortSignal): Promise<Inspection> {
  const repository = await repositoryOf(deps.layout, source)
  if (repository.local) return inspectLocal(deps, repository.local, signal)
  await ensureGitDirectory(repository.base)
  const { defaultBranch, head, branches } = await listRemote(deps, repository, signal)
  return { defaultBranch, head, branches: [...branches.keys()].sort(), dirty: false }
}

async function inspectLocal(deps: Deps, local: LocalRepository, signal: AbortSignal): Promise<Inspection> {
  const view = await openView(deps.layout, local)
  const [branches, head] = await Promise.all([
    deps.git.text({ args: ['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/'], environment: view.environment }, signal),
    resolveRef(deps, view, 'HEAD', signal),
  ])
  const dirty = local.workTree !== null && (await isDirty(deps, local, local.workTree, await openView(deps.layout, local, 'as the user has them'), head, signal))
  return { defaultBranch: view.branch, head, branches: branches === '' ? [] : branches.split('\n'), dirty }
}

/** Compares through a copy of the user's index: it knows which files are unchanged, and git must not write to it. */
async function isDirty(deps: Deps, local: LocalRepository, workTree: string, view: View, head: string | null, signal: AbortSignal): Promise<boolean> {
  const index = join(deps.layout.root, `index-${keyOf(workTree)}-${process.pid}-${Math.random().toString(36).slice(2)}`)
  try {
    const own = join(local.gitDirectory, 'index')
    if (await isRegular(own)) await copyFile(own, index).catch(() => {}) // there is none where nothing was ever added
    const call = { environment: { ...view.environment, GIT_WORK_TREE: workTree, GIT_INDEX_FILE: index }, directory: workTree }
    const others = await deps.git.run({ ...call, args: ['ls-files', '--others', '--exclude-standard', ...(await ownExcludes(local))] }, signal)
    if (others.stdout.length > 0) return true
    await deps.git.run({ ...call, args: ['update-index', '-q', '--refresh', '--ignore-submodules'], answers: [0, 1] }, signal)
    if (head === null) return (await deps.git.run({ ...call, args: ['ls-files', '--cached'] }, signal)).stdout.length > 0
    return (await deps.git.run({ ...call, args: ['diff-index', '--quiet', '--ignore-submodules=all', head, '--'], answers: [0, 1] }, signal)).code === 1
  } finally {
    await rm(index, { force: true })
  }
}

async function ownExcludes(local: LocalRepository): Promise<readonly string[]> {
  const path = join(local.commonDirectory, 'info', 'exclude')
  return (await isRegular(path)) ? [`--exclude-from=${path}`] : []
}
