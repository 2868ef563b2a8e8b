import type { NetworkAccess, ResourceLimits } from '@codeforge/contracts/policy-profile'
import { PortRegistry } from './registry.ts'

export interface SandboxSpec {
  readonly runId: string
  readonly attempt: number
  /** Absolute path that commands may write. */
  readonly workspace: string
  /** Further absolute paths that may be read, such as a repository's objects. */
  readonly readable: readonly string[]
  /** Absolute paths in the workspace that commands may read, but neither change nor move away or replace. */
  readonly guarded: readonly string[]
  /** Absolute paths that must not be visible, such as the data directory (the workspace inside it stays visible). */
  readonly hidden: readonly string[]
  readonly network: NetworkAccess
  readonly limits: ResourceLimits
}

export interface ExecRequest {
  /** Run by `/bin/bash -c` (`/bin/sh` where there is no bash), without a login shell. */
  readonly command: string
  /** Relative to the workspace. */
  readonly directory: string
  /** The whole environment besides what the sandbox itself sets (PATH, HOME, TMPDIR, LANG). */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly stdin?: string
}

export type ExecPart =
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'ended'
      /** Null where a signal or a limit ended it. */
      readonly exitCode: number | null
      readonly ending: 'exited' | 'signalled' | 'timeout' | 'memory' | 'output-limit' | 'aborted'
      readonly durationMs: number
    }

/** One run's place to execute commands. Disposing it ends everything that was started in it. */
export interface Sandbox extends AsyncDisposable {
  /** Runs one command; nothing that it started is alive after `ended`. Output beyond the limit is counted, not kept. */
  exec(request: ExecRequest, signal: AbortSignal): AsyncIterable<ExecPart>
}

export interface SandboxEngine {
  /** True where files and network are enforced by the kernel, not only by analysis. */
  readonly enforces: boolean
  /** Null where it works here; otherwise what is wrong and what to do. */
  check(signal: AbortSignal): Promise<string | null>
  open(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox>
  /** Kills what dead workers of this host left behind, by marker; returns how many processes. */
  sweep(alive: ReadonlySet<string>): Promise<number>
}
export const sandboxes = new PortRegistry<SandboxEngine>('sandbox')

/** Environment variable that every process of a run carries: `<runId>.<attempt>`. The sweep looks for it. */
export const sandboxMarker = 'CODEFORGE_RUN'
