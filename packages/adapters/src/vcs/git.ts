import { z } from 'zod'
import { type Vcs, vcsAdapters } from '@codeforge/ports/vcs'
import type { CredentialSource } from './git/askpass.ts'

const MiB = 1024 * 1024

export const gitConfig = z.strictObject({
  /** A directory of this adapter's own: base clones, checkpoints, workspaces. Absolute. */
  dataDirectory: z.string().startsWith('/'),
  /** git processes at once. */
  maxConcurrent: z.int().min(1).max(64).default(5),
  /** The program; looked up in `searchPath` unless absolute. Version 2.30 or newer. */
  gitPath: z.string().min(1).default('git'),
  /** Where git and the programs that it and we start are looked up. */
  searchPath: z.string().min(1).default('/usr/local/bin:/usr/bin:/bin'),
  /** The environment of the process. Of it, what ssh and a proxied network need goes to commands that talk to a remote; nothing else is inherited. */
  environment: z.custom<Readonly<Record<string, string | undefined>>>((value) => typeof value === 'object' && value !== null).default({}),
  /** Hosts, with a port where it is not the usual one, that may get credentials over https; a run may name any address. */
  credentialHosts: z.array(z.string()).default([]),
  /** Asked before a command talks to an https address of such a host; null where there are no credentials for it. */
  credentials: z.custom<CredentialSource>((value) => typeof value === 'function').default(() => async () => null),
  /** The user's own ignore file, such as `~/.config/git/ignore`: holds in checkpoints as well. */
  globalExcludes: z.string().nullable().default(null),
  /** Untracked files larger than this stay out of checkpoints. Tracked ones are always in. */
  maxFileBytes: z.int().min(1).default(100 * MiB),
  /** Reused folders larger than this are brought only where the file system can share blocks. */
  maxReuseBytes: z.int().min(0).default(1024 * MiB),
  /** Checkouts kept ready per repository for runs to come; 0: none. Where workspaces can be laid over one, one per commit is made. */
  warmTrees: z.int().min(0).max(50).default(2),
  /** What all of them may take; a repository whose checkout is larger gets none. While one is made, one more may be there. */
  maxWarmBytes: z.int().min(0).default(4096 * MiB),
  /** They are made when no workspace was opened for so many milliseconds, since that slows whoever checks out meanwhile. */
  warmAfterMs: z.int().min(0).default(500),
  /** Lays workspaces over a warm checkout by an overlay mount, where this process may mount. */
  overlay: z.boolean().default(true),
  /** Diffs and bundles larger than this are refused with `payload-too-large`. */
  maxOutputBytes: z.int().min(MiB).default(256 * MiB),
  /** `collect` keeps unreachable objects younger than this many seconds: a checkpoint being made may need them. */
  keepUnreachableSeconds: z.int().min(0).default(3600),
})

/** Vcs by git's own program, which never sees a config, hook, filter, attribute or `.git` file that an agent could write. */
export const gitVcs = vcsAdapters.register({
  name: 'git',
  config: gitConfig,
  async open(config): Promise<Vcs & AsyncDisposable> {
    const { openGitVcs } = await import('./git/adapter.ts')
    return openGitVcs(config)
  },
})
