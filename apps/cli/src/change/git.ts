import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { spawnTied } from '@codeforge/context/repository/spawn-tied'

const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']
/** What a shell ends with that finds no git. */
const noProgram = 127

/** What git printed, as it is; fails with what git complained about. */
export type GitHere = (repository: string, args: readonly string[], stdin?: Uint8Array) => Promise<string>

/** git as the user has it, but for programs that it would start on its own; it ends with this process, and where the signal aborts. */
export function gitUntil(signal: AbortSignal): GitHere {
  return async (repository, args, stdin) => {
    const child = spawnTied('git', ['-C', repository, ...quiet, ...args], {
      env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' }, stdin: true, stderr: true, signal,
    })
    const failed = new Promise<never>((_, reject) => child.once('error', reject))
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    child.stdin?.once('error', () => undefined) // git that gave up early says so by its exit code
    child.stdin?.end(stdin)
    const [code, stdout, stderr] = await Promise.race([failed, Promise.all([ended, text(child.stdout as Readable), text(child.stderr as Readable)])])
    if (code === 0) return stdout
    if (code === noProgram) throw new CodeForgeError('unavailable', 'git was not found. Install git 2.30 or newer.')
    throw new GitRefused(stderr.trim().split('\n')[0] ?? `it ended with ${code}`)
  }
}

/** git was there and said no; the message is its first complaint. */
export class GitRefused extends Error {}
