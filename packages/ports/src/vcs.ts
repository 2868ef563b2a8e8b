import type { DiffStat } from '@codeforge/contracts/fact'
import type { RepositorySource } from '@codeforge/contracts/run-work'
import type { WorkspaceMode } from '@codeforge/contracts/run-request'
import { PortRegistry } from './registry.ts'

export interface WorkspaceRequest {
  readonly runId: string
  readonly attempt: number
  readonly mode: WorkspaceMode
  readonly source: RepositorySource
  /** Null: the HEAD of a local repository, the default branch of a remote one. */
  readonly baseRef: string | null
  /** Uncommitted and untracked files of a local repository take part. */
  readonly includeDirty: boolean
  /** Ignored folders brought along copy-on-write, relative. */
  readonly reuse: readonly string[]
  /** Continue from this checkpoint instead of the base. */
  readonly checkpoint: string | null
  /** Packed objects of that checkpoint, where this host does not have them. */
  readonly bundle: Uint8Array | null
}

export interface Checkpoint {
  /** Commit in the shadow repository. */
  readonly id: string
  /** Its git tree: tracked plus unignored files. */
  readonly tree: string
  /** Against checkpoint 0. */
  readonly stat: DiffStat
}

export interface FileChange {
  readonly path: string
  readonly kind: 'added' | 'modified' | 'deleted'
}

/** A directory where a run works. Disposing it removes what belongs to this attempt; checkpoints stay until retention. */
export interface Workspace extends AsyncDisposable {
  readonly path: string
  readonly baseCommit: string
  readonly reused: readonly string[]
  /** Paths a sandbox must be able to read for the workspace to work, such as borrowed objects. */
  readonly readable: readonly string[]
  /** Snapshot of tracked plus unignored files. Never touches the user's index, branches or untracked files; runs no hook, filter or config an agent could write. */
  checkpoint(label: string, signal: AbortSignal): Promise<Checkpoint>
  /** Puts tracked plus unignored files back as they were; files that no checkpoint knows and git ignores stay. */
  restore(checkpoint: string, signal: AbortSignal): Promise<void>
  changes(from: string, to: string, signal: AbortSignal): Promise<readonly FileChange[]>
  /** Unified diff with binary parts, applicable with `git apply`. */
  diff(from: string, to: string, signal: AbortSignal): Promise<Uint8Array>
  /** Objects of a checkpoint packed for another host. */
  bundle(checkpoint: string, signal: AbortSignal): Promise<Uint8Array>
}

export interface DeliverRequest {
  /** Shadow commit whose tree is delivered. */
  readonly checkpoint: string
  readonly branch: string
  readonly message: string
  /** For the commit; the time is the clock's. */
  readonly author: { readonly name: string; readonly email: string }
}

export interface Delivered {
  readonly commit: string
  readonly branch: string
  /** False where an earlier attempt had delivered the same already. */
  readonly created: boolean
}

export interface Vcs {
  /** Makes the workspace of a run. `repository-not-found`, `repository-empty`, `workspace-failed`. */
  open(request: WorkspaceRequest, signal: AbortSignal): Promise<Workspace>
  /** Commits the checkpoint's tree on a new branch of the user's repository (local) or pushes it (remote), create-only; the same again is fine, other content is `branch-exists`. Never moves a checked-out branch. */
  deliverBranch(source: RepositorySource, request: DeliverRequest, signal: AbortSignal): Promise<Delivered>
  /** Commits the checkpoint's tree on the branch that is checked out in a local repository; refuses with `conflict` where the tree is dirty or HEAD moved from the base. */
  commitLocal(source: RepositorySource, request: DeliverRequest, signal: AbortSignal): Promise<Delivered>
  /** Applies a patch to a local repository's working tree, all or nothing. */
  applyPatch(repository: string, patch: Uint8Array, options: { readonly reverse: boolean }, signal: AbortSignal): Promise<void>
  /** What a repository looks like; `repository-not-found` where it is none. */
  inspect(source: RepositorySource, signal: AbortSignal): Promise<{
    readonly defaultBranch: string | null
    readonly head: string | null
    readonly branches: readonly string[]
    readonly dirty: boolean
  }>
  /** Starts a repository with one commit of everything in the directory (for the sample). */
  init(directory: string, message: string, signal: AbortSignal): Promise<string>
  /** Removes checkpoints and leftovers of runs that are not in the set; returns the bytes freed. */
  collect(keep: ReadonlySet<string>, signal: AbortSignal): Promise<number>
}
export const vcsAdapters = new PortRegistry<Vcs>('vcs')
