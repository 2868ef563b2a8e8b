import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gitConfig, gitVcs } from '@codeforge/adapters/vcs/git'
import { packed, warmTreesOf } from '@codeforge/adapters/vcs/git/testing/warmed'
import type { Vcs, Workspace } from '@codeforge/ports/vcs'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { git, makeRepository } from './repository.ts'

/** Files in the repository of these rows. */
export const files = 5_000
export const never = new AbortController().signal

export interface Workspaces extends AsyncDisposable {
  readonly vcs: Vcs
  readonly repository: string
  open(runId: string): Promise<Workspace>
  /** Waits until nothing goes on in the background: objects are packed, warm checkouts are made, what was given up is deleted. */
  settle(): Promise<void>
  /** `git worktree add` at a new place. */
  addWorktree(name: string): Promise<{ readonly path: string; remove(): Promise<void> }>
}

export interface WorkspaceSettings {
  readonly warmTrees: number
  readonly overlay: boolean
  /** The user's repository is as a clone leaves it, all in one pack; otherwise its objects lie about one by one, as commits leave them. */
  readonly cloned?: boolean
}

/** A repository and a Vcs that has seen it before. */
export async function openWorkspaces({ cloned = false, ...settings }: WorkspaceSettings): Promise<Workspaces> {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await temporaryDirectory('bench-workspaces'))
  const repository = await makeRepository(join(directory.path, 'repository'), files)
  if (cloned) await git(repository, 'repack', '-a', '-d', '--quiet')
  const [source, head, data] = [{ kind: 'local', path: repository } as const, await git(repository, 'rev-parse', 'HEAD'), join(directory.path, 'data')]
  const vcs = stack.use(await gitVcs.open(gitConfig.parse({ dataDirectory: data, searchPath: process.env['PATH'], ...settings })))
  const open = (runId: string) => vcs.open({ runId, attempt: 1, mode: 'worktree', source, baseRef: null, includeDirty: false, reuse: [], checkpoint: null, bundle: null }, never)
  const settle = async () => {
    await packed(data, source, head)
    const wanted = settings.overlay ? Math.min(1, settings.warmTrees) : settings.warmTrees
    for (const until = performance.now() + 60_000; (await warmTreesOf(data, source)).filter(({ commit }) => commit === head).length < wanted; await setTimeout(20)) {
      if (performance.now() > until) throw new Error('no warm checkout was made within a minute')
    }
    await vcs.collect(async () => new Set(['kept']), never)
  }
  const kept = await open('kept') // a run whose checkpoint is kept keeps the repository with it
  await kept.checkpoint('kept', never)
  await kept[Symbol.asyncDispose]()
  await settle()
  const addWorktree = async (name: string) => {
    const path = join(directory.path, name)
    await git(repository, 'worktree', 'add', '--quiet', '--detach', path)
    return { path, remove: async () => {
      await rm(path, { recursive: true })
      await git(repository, 'worktree', 'prune')
    } }
  }
  const owned = stack.move()
  return { vcs, repository, open, settle, addWorktree, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
