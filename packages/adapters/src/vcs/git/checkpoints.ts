import type { Checkpoint, FileChange } from '@codeforge/ports/vcs'
import type { Git } from './command.ts'
import { fileFailure } from './failure.ts'
import type { Repository } from './repository.ts'
import { commitCheckpoint, differencesOf, readCheckpoint } from './shadow.ts'
import type { Snapshots } from './snapshots.ts'

export interface CheckpointsOptions {
  readonly git: Git
  readonly repository: Repository
  readonly snapshots: Snapshots
  readonly base: string
  readonly runId: string
  /** The run's checkpoint 0, made by an earlier attempt; null: the next one is it. */
  readonly first: string | null
}

/** The checkpoints of one workspace. One at a time. */
export interface Checkpoints {
  take(label: string, touched: readonly string[] | null, signal: AbortSignal): Promise<Checkpoint>
  first(): string | null
  /** What taking the last one found out: its changes from the one before and from checkpoint 0. */
  known(from: string, to: string): readonly FileChange[] | undefined
  /** Waits until retention knows all of them. */
  settled(): Promise<void>
}

/** Starts the checkpoints of a workspace. */
export function createCheckpoints({ git, repository, snapshots, base, runId, ...options }: CheckpointsOptions): Checkpoints {
  let first: { readonly id: string; readonly tree: string | null } | null = options.first === null ? null : { id: options.first, tree: null }
  let last: Checkpoint | null = null
  let known = new Map<string, readonly FileChange[]>()
  let kept: Promise<void> = Promise.resolve()
  let keep = async (): Promise<void> => {}

  const compare = async (id: string, tree: string, signal: AbortSignal): Promise<Checkpoint['stat']> => {
    const zero = { id: first?.id ?? id, tree: first ? (first.tree ?? (await readCheckpoint(git, repository, first.id, signal)).tree) : tree }
    const others = [zero, ...(last && last.id !== zero.id ? [last] : [])]
    const pairs = others.filter((other) => other.tree !== tree).map((other) => ({ from: other.tree, to: tree }))
    const found = pairs.length === 0 ? [] : await differencesOf(git, repository, pairs, signal)
    const to = (other: string) => found[pairs.findIndex(({ from }) => from === other)]
    known = new Map(others.map((other) => [`${other.id} ${id}`, to(other.tree)?.changes ?? []]))
    first = zero
    return to(zero.tree)?.stat ?? { files: 0, insertions: 0, deletions: 0 }
  }

  return {
    async take(label, touched, signal) {
      const { tree, omitted } = await snapshots.take(touched, signal)
      // There may have been no space for it, and there is now.
      await kept.catch(async () => (kept = keep())).catch((error: unknown) => {
        throw fileFailure(error, 'The last checkpoint could not be kept')
      })
      if (last?.tree === tree) return (last = { ...last, omitted })
      const committed = await commitCheckpoint(repository, { tree, base, first: first?.id ?? null, runId, label })
      ;({ kept, keep } = committed)
      const stat = await compare(committed.id, tree, signal)
      return (last = { id: committed.id, tree, stat, omitted })
    },
    first: () => first?.id ?? null,
    known: (from, to) => known.get(`${from} ${to}`),
    settled: () => kept.catch(() => {}),
  }
}
