import type { Readable, Writable } from 'node:stream'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { runProgram } from '../../processes/run-program.ts'
import type { GitCall, GitOptions } from './command.ts'
import { localEnvironment } from './environment.ts'
import { explainSpawnFailure, graceMs, signalGroup, stderrLimit } from './process.ts'
import { unblockPipes } from './unblock-pipes.ts'

/** A git under way. */
export interface StartedGit {
  /** Null unless the caller writes it. */
  readonly stdin: Writable | null
  readonly stdout: Readable
  /** Its exit code, once its output has ended as well; -1 where a signal ended it. */
  readonly ended: Promise<number>
  /** What it has complained about so far. */
  stderr(): string
  /** Asks it and what it has started to end, and sees to it a little later. */
  kill(): void
}

/**
 * Starts git by the small process that starts programs: this one need not be forked, and where it is killed its gits are ended,
 * those that were told a secret included. `stdin: null` in place of the call's: the caller writes it.
 */
export async function startGit(options: GitOptions, call: Omit<GitCall, 'stdin'> & { readonly stdin?: GitCall['stdin'] | null }, signal: AbortSignal): Promise<StartedGit> {
  if (signal.aborted) throw new CodeForgeError('cancelled', 'The git command was cancelled.', { cause: signal.reason })
  const { args, directory = '/', stdin, whispers = [] } = call
  const environment = { ...localEnvironment(options.searchPath), ...call.environment }
  const program = await runProgram({ file: options.gitPath, args, directory, environment, whispers, ...(stdin !== undefined && { stdin }) })
    .catch(async (error: Error) => { throw await explainSpawnFailure(error, options.gitPath, directory) })
  let killing: NodeJS.Timeout | undefined
  const kill = (): void => {
    signalGroup(program.pid, 'SIGTERM')
    killing ??= setTimeout(() => signalGroup(program.pid, 'SIGKILL'), graceMs)
  }
  signal.addEventListener('abort', kill, { once: true })
  if (signal.aborted) kill()
  let stderr = ''
  program.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(0, stderrLimit)))
  const ended = program.ended.finally(() => {
    clearTimeout(killing)
    signal.removeEventListener('abort', kill)
  })
  unblockPipes({ workTree: environment['GIT_WORK_TREE'], objects: environment['GIT_OBJECT_DIRECTORY'] }, ended)
  return { stdin: program.stdin, stdout: program.stdout, ended, stderr: () => stderr, kill }
}
