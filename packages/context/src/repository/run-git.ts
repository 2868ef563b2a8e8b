import { spawnTied } from './spawn-tied.ts'

/** Where git is looked for unless the caller knows better. */
const usualPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'
/** More bytes than this are no answer. */
export const mostOutput = 1 << 30

/**
 * Reading only: no configuration but the repository's own, and of that nothing that would start a program (monitor, hook,
 * pager, editor, credential helper, remote helper), no lock, no fetch of what is missing.
 */
export const safely = [
  '--no-pager',
  '--literal-pathspecs',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.untrackedCache=false',
  '-c',
  'core.excludesFile=/dev/null',
  '-c',
  'core.attributesFile=/dev/null',
]

/** The environment that git runs in: nothing of ours, nothing of the user's. */
export function gitEnvironment(searchPath: string = usualPath): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'false',
    GIT_ASKPASS: 'false',
  }
}

/** Where a file of git's own is a pipe it waits for ever: after so long it says nothing. */
const patienceMs = 20_000

/** Output of a git command that only reads, or null where git is missing, refuses, does not end, or this is no repository. */
export function runGit(
  directory: string,
  args: readonly string[],
  searchPath: string | undefined,
  signal: AbortSignal,
): Promise<Buffer | null> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawnTied('git', [...safely, ...args], {
      cwd: directory,
      env: gitEnvironment(searchPath),
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    })
    const chunks: Buffer[] = []
    let size = 0
    child.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size > mostOutput) child.kill('SIGKILL')
    })
    child.once('error', () => {
      if (signal.aborted) reject(signal.reason as Error)
      else resolve(null)
    })
    child.once('close', (code) => {
      if (signal.aborted) reject(signal.reason as Error)
      else resolve(code === 0 ? Buffer.concat(chunks) : null)
    })
  })
}
