import { createHash } from 'node:crypto'
import type { Clock } from '@codeforge/ports/clock'
import type { Vcs, Workspace } from '@codeforge/ports/vcs'

/** Milliseconds after which the remote is looked at again. */
const freshMs = 60_000

/** Trees of remote repositories at their default branch, kept between questions. */
export interface RemoteTrees extends AsyncDisposable {
  directory(url: string, signal: AbortSignal): Promise<string>
}

/** Opens one tree per remote with the version control that runs use, so that base clones and credentials are shared. */
export function remoteTrees(vcs: Pick<Vcs, 'open'>, clock: Pick<Clock, 'monotonic'>): RemoteTrees {
  const open = new Map<string, { readonly workspace: Workspace; readonly openedAt: number; readonly attempt: number }>()
  const opening = new Map<string, Promise<string>>()
  const openAnew = async (url: string, signal: AbortSignal): Promise<string> => {
    const before = open.get(url)
    const runId = `code-${createHash('sha256').update(url).digest('hex').slice(0, 16)}`
    const attempt = (before?.attempt ?? 0) + 1
    const workspace = await vcs.open({
      runId, attempt, mode: 'worktree', source: { kind: 'remote', url }, baseRef: null, includeDirty: false, reuse: [], checkpoint: null, bundle: null,
    }, signal)
    open.set(url, { workspace, openedAt: clock.monotonic(), attempt })
    await before?.workspace[Symbol.asyncDispose]()
    return workspace.path
  }
  return {
    async directory(url, signal) {
      const known = open.get(url)
      if (known && clock.monotonic() - known.openedAt < freshMs) return known.workspace.path
      const under = opening.get(url) ?? openAnew(url, signal).finally(() => opening.delete(url))
      opening.set(url, under)
      return under
    },
    async [Symbol.asyncDispose]() {
      for (const { workspace } of open.values()) await workspace[Symbol.asyncDispose]()
    },
  }
}
