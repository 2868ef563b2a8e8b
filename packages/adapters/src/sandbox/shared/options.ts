import { homedir, tmpdir } from 'node:os'
import { z } from 'zod'

/** Options that every sandbox of this host understands. */
export const HostSandboxOptions = z.strictObject({
  /** Tells the processes of one data directory from those of another on the same host; part of the marker. */
  installation: z.string().regex(/^[\w.-]{1,64}$/).default('default'),
  /** Where each sandbox gets a private directory for HOME and TMPDIR. Absolute. */
  scratch: z.string().startsWith('/').default(() => tmpdir()),
  /** The user's PATH: its tool directories become readable and stay on the PATH. The system's directories are always there. */
  searchPath: z.string().default(''),
  /** The user's home directory, of which nothing but tools on the PATH is readable. Absolute. */
  home: z.string().startsWith('/').default(() => homedir()),
  /** Bytes of output kept of one command where the policy says nothing. */
  outputBytes: z.int().min(1024).default(8 * 1024 * 1024),
  /** How often memory and processes of a command are measured, in milliseconds. */
  watchMs: z.int().min(10).max(5000).default(100),
})
export type HostSandboxOptions = z.output<typeof HostSandboxOptions>
