import type { DiffStat } from '@codeforge/contracts/fact'
import type { RepositorySource } from '@codeforge/contracts/run-work'
import type { WorkspaceMode } from '@codeforge/contracts/run-request'
import { PortRegistry } from './registry.ts'

export interface WorkspaceRequest {
  readonly runId: string
  readonly attempt: number
  readonly mode: WorkspaceMode
  readonly source: RepositorySource
  /** Null: the HEAD of a local repository, the default branch of a remote one. A checkpoint brings its own base. */
  readonly baseRef: string | null
  /** Uncommitted and untracked files of a local repository take part. In mode `local_path` they always do. */
  readonly includeDirty: boolean
  /** Ignored folders brought along copy-on-write, relative. */
  readonly reuse: readonly string[]
  /** Continue from this checkpoint, of this run or of another run on the same repository, instead of the base. */
  readonly checkpoint: string | null
  /** Packed objects of that checkpoint, where this host does not have them. */
  readonly bundle: Uint8Array | null
}

export interface Checkpoint {
  /** Commit in the shadow repository. */
  readonly id: string
  /** Its git tree: tracked plus unignored files. */
  readonly tree: string
  /** Against checkpoint 0 of the run; a run that starts from another run's checkpoint has a checkpoint 0 of its own. */
  readonly stat: DiffStat
  /** Untracked files that are not in the tree because they are too large or cannot be read. Restoring leaves them alone. */
  readonly omitted: readonly string[]
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
  /** Paths in it that a sandbox must let nobody change, move or replace: what the user's own git would obey. */
  readonly guarded: readonly string[]
  /**
   * Snapshot of tracked plus unignored files, byte for byte; links stay links, and what lies in a `.git` takes no part.
   * Never touches the user's index, branches or untracked files; runs no hook, filter or config an agent could write.
   * Without a change since the last one it returns the same checkpoint.
   */
  checkpoint(label: string, signal: AbortSignal): Promise<Checkpoint>
  /**
   * The same where the caller knows every path that may have changed since the last one: files that were made, written or
   * removed, folders with all that lies in them. Cheap. A change elsewhere that was not named is recorded by the next
   * `checkpoint`. Paths are relative with `/`; names outside the workspace, or too many, make it a `checkpoint`.
   */
  checkpointOf(label: string, touched: readonly string[], signal: AbortSignal): Promise<Checkpoint>
  /** Puts tracked plus unignored files back as they were. What is there before is recorded first: only files that a checkpoint knows are ever removed; ignored ones stay. */
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
  /** For the commit; its time is the checkpoint's, so that a second attempt makes the same commit. */
  readonly author: { readonly name: string; readonly email: string }
}

export interface Delivered {
  readonly commit: string
  readonly branch: string
  /** False where an earlier attempt had delivered the same already. */
  readonly created: boolean
}

export interface Inspection {
  /** The branch that is checked out locally (also before its first commit), the default one of a remote; null where HEAD is detached. */
  readonly defaultBranch: string | null
  /** Null: there is no commit yet. */
  readonly head: string | null
  readonly branches: readonly string[]
  /** Uncommitted or untracked, unignored files. */
  readonly dirty: boolean
}

/** All methods refuse with `cancelled` when their signal aborts, and with `disk-full` where the disk is. */
export interface Vcs {
  /** Makes the workspace of a run. `repository-not-found`, `repository-empty`, `workspace-failed`. */
  open(request: WorkspaceRequest, signal: AbortSignal): Promise<Workspace>
  /** Commits the checkpoint's tree on a new branch of the user's repository (local) or pushes it (remote), create-only; the same again is fine, other content is `branch-exists`. Never moves a checked-out branch. */
  deliverBranch(source: RepositorySource, request: DeliverRequest, signal: AbortSignal): Promise<Delivered>
  /** Commits the checkpoint's tree on the branch that is checked out in a local repository; refuses with `conflict` where the tree is dirty, HEAD moved from the base or no branch is checked out. Where the files are the checkpoint's already (mode `local_path`), only branch and index follow. */
  commitLocal(source: RepositorySource, request: DeliverRequest, signal: AbortSignal): Promise<Delivered>
  /** Applies a patch to a local repository's working tree, all or nothing; `conflict` where it does not fit. */
  applyPatch(repository: string, patch: Uint8Array, options: { readonly reverse: boolean }, signal: AbortSignal): Promise<void>
  /** What a repository looks like; `repository-not-found` where it is none. */
  inspect(source: RepositorySource, signal: AbortSignal): Promise<Inspection>
  /** Starts a repository on `main` with one commit of everything unignored in the directory (for the sample); `conflict` where it is one. Returns the commit. */
  init(directory: string, message: string, signal: AbortSignal): Promise<string>
  /**
   * Removes checkpoints and leftovers of runs that are not in the set; returns the bytes freed. The set is asked for again and again, each
   * time after what is there was listed: a run that begins meanwhile loses nothing.
   */
  collect(keep: () => Promise<ReadonlySet<string>>, signal: AbortSignal): Promise<number>
}
export const vcsAdapters = new PortRegistry<Vcs>('vcs')
