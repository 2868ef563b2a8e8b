import { setTimeout as sleep } from 'node:timers/promises'
import type { RepositorySource } from '@codeforge/contracts/run-work'
import type { Vcs } from '@codeforge/ports/vcs'
import { gitConfig, gitVcs } from '../../git.ts'
import { layoutOf } from '../layout.ts'
import { repositoryOf } from '../repository.ts'
import { isPacked } from '../warm/pack-commit.ts'
import { listTrees, type WarmTree } from '../warm/tree.ts'

const never = new AbortController().signal

export interface WarmSettings {
  readonly overlay: boolean
  readonly warmTrees?: number
  readonly maxWarmBytes?: number
  readonly warmAfterMs?: number
}

/** Opens the adapter with warm trees that are made as soon as anything was opened. */
export function openWith(settings: WarmSettings): (dataDirectory: string) => Promise<Vcs & AsyncDisposable> {
  return (dataDirectory) => gitVcs.open(gitConfig.parse({ dataDirectory, keepUnreachableSeconds: 0, warmAfterMs: 0, ...settings }))
}

/** The finished warm trees of a repository. */
export async function warmTreesOf(dataDirectory: string, source: RepositorySource): Promise<readonly WarmTree[]> {
  return listTrees((await repositoryOf(layoutOf(dataDirectory), source)).directory)
}

/** Waits until the objects of a commit are in packs. */
export async function packed(dataDirectory: string, source: RepositorySource, commit: string): Promise<void> {
  const repository = await repositoryOf(layoutOf(dataDirectory), source)
  await until(() => isPacked(repository, commit), `${commit} was not packed`)
}

/** Waits until a repository has so many warm trees of a commit. */
export async function warm(dataDirectory: string, source: RepositorySource, count: number, commit: string): Promise<void> {
  await until(async () => (await warmTreesOf(dataDirectory, source)).filter((tree) => tree.commit === commit).length >= count, `there are no ${count} warm trees of ${commit}`)
}

/** Looks again and again, since what goes on in the background tells nobody that it has ended. */
async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  const started = performance.now()
  while (!(await holds())) {
    if (performance.now() - started > 30_000) throw new Error(otherwise)
    await sleep(20)
  }
}

/** A Vcs each of whose workspaces is made from a warm tree, where there can be one: it opens another workspace first. */
export async function openWarmed(settings: WarmSettings, dataDirectory: string): Promise<Vcs & AsyncDisposable> {
  const vcs = await openWith({ ...settings, warmTrees: 1 })(dataDirectory)
  return {
    ...vcs,
    async open(request, signal) {
      const first = await vcs.open({ ...request, runId: 'warming', mode: request.mode === 'local_path' ? 'worktree' : request.mode, includeDirty: false }, signal)
      await first[Symbol.asyncDispose]()
      await warm(dataDirectory, request.source, 1, first.baseCommit)
      return vcs.open(request, signal)
    },
    [Symbol.asyncDispose]: () => vcs[Symbol.asyncDispose](),
  }
}

/** Whether this process may mount; tests of overlays say so when they are skipped. */
export const overlayPossible = process.platform === 'linux' && process.getuid?.() === 0
export { never }
