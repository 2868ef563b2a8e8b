import { type ChildProcess, spawn } from 'node:child_process'
import { gitEnvironment, mostOutput, runGit, safely } from './run-git.ts'
import { tie, watchOwner } from './spawn-tied.ts'

/** Asks git for the names of a tree's files, again and again. */
export interface GitLister extends Disposable {
  /** Tracked names and untracked ones that git would not ignore, each ended by a zero byte; null where git is missing, refuses, does not end, or this is no repository. */
  list(root: string, signal: AbortSignal): Promise<Buffer | null>
}

/** git waits for ever where an ignore file is a named pipe; who waits for git gives up before. */
const patienceMs = 20_000

const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']

/** Each line it reads is a directory; what git says of it is followed by an empty name, git's exit code and a zero byte. */
const script = `${watchOwner}; while IFS= read -r root; do git -C "$root" "$@" </dev/null; printf "\\0%d\\0" $?; done`

/**
 * A lister that keeps a shell of its own, which starts git in its place: to start a program, Linux copies the page tables of
 * whoever starts it, which takes a process that holds a large index longer than git takes to list. The shell is started by the
 * first question and ends with the lister, or when its input does.
 */
export function createGitLister(searchPath: string | undefined, { limitMs = patienceMs } = {}): GitLister {
  let shell: ChildProcess | null = null
  let busy = false

  async function ask(root: string, signal: AbortSignal): Promise<Buffer | null> {
    busy = true
    try {
      shell ??= startShell(searchPath)
      return await answerOf(shell, root, signal)
    } catch (error) {
      // Whatever it was, the next question begins with a new shell.
      end(shell)
      shell = null
      signal.throwIfAborted()
      if (error instanceof ShellLost) return await runGit(root, listing, searchPath, signal)
      throw error
    } finally {
      busy = false
    }
  }

  return {
    list: async (root, signal) => {
      signal.throwIfAborted()
      const limit = AbortSignal.timeout(limitMs)
      const soon = AbortSignal.any([signal, limit])
      try {
        return await (busy || root.includes('\n') ? runGit(root, listing, searchPath, soon) : ask(root, soon))
      } catch (error) {
        if (!limit.aborted || signal.aborted) throw error
        return null
      }
    },
    [Symbol.dispose]: () => {
      end(shell)
      shell = null
    },
  }
}

/** git's exit code, once it has been told: names are never empty, so an empty one ends them. */
const endOfAnswer = /(?:^|\0)\0(\d{1,3})\0$/
const tailBytes = 8

/** The shell ended, or could not be started: git is then started from here. */
class ShellLost extends Error {}

/** In a process group of its own, so that it ends together with the git that it runs. */
function startShell(searchPath: string | undefined): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', script, 'sh', ...safely, ...listing], {
    cwd: '/',
    env: gitEnvironment(searchPath),
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    detached: true,
  })
  tie(shell)
  shell.on('error', () => undefined) // met by whoever waits for an answer
  shell.stdin?.on('error', () => undefined)
  return shell
}

function end(shell: ChildProcess | null): void {
  if (shell?.pid === undefined || shell.exitCode !== null || shell.signalCode !== null) return
  try {
    process.kill(-shell.pid, 'SIGKILL')
  } catch {
    // it ended meanwhile
  }
}

function answerOf(shell: ChildProcess, root: string, signal: AbortSignal): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let tail = ''
    const finish = (done: () => void): void => {
      shell.stdout?.off('data', onData)
      shell.off('error', onEnd).off('close', onEnd)
      signal.removeEventListener('abort', onAbort)
      hold(shell, false)
      done()
    }
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.byteLength
      tail = (tail + chunk.subarray(-tailBytes).toString('latin1')).slice(-tailBytes)
      const code = endOfAnswer.exec(tail)?.[1]
      if (size > mostOutput) end(shell)
      else if (code === '0') finish(() => resolve(Buffer.concat(chunks).subarray(0, -3)))
      else if (code !== undefined) finish(() => resolve(null))
    }
    const onEnd = (): void => finish(() => reject(new ShellLost('The shell that starts git ended.')))
    const onAbort = (): void => finish(() => reject(signal.reason as Error))
    if (shell.exitCode !== null || shell.signalCode !== null) return reject(new ShellLost('The shell that starts git ended.'))
    hold(shell, true)
    shell.stdout?.on('data', onData)
    shell.on('error', onEnd).on('close', onEnd)
    signal.addEventListener('abort', onAbort, { once: true })
    shell.stdin?.write(`${root}\n`)
  })
}

/** Whether the program waits for the shell: only while an answer is wanted. */
function hold(shell: ChildProcess, wanted: boolean): void {
  for (const one of [shell, shell.stdin, shell.stdout] as { ref?(): void; unref?(): void }[]) {
    if (wanted) one.ref?.()
    else one.unref?.()
  }
}
