import { CodeForgeError } from '@codeforge/contracts/error-code'
import { runProgram } from '../../processes/run-program.ts'
import type { GitCall, GitOptions, GitResult } from './command.ts'
import { localEnvironment } from './environment.ts'
import { collect, explainSpawnFailure, graceMs, signalGroup, stderrLimit } from './process.ts'

/** Runs git from the small process that starts programs, so that this one need not be forked. */
export async function runApart(options: GitOptions, call: GitCall, signal: AbortSignal): Promise<GitResult> {
  if (signal.aborted) throw new CodeForgeError('cancelled', 'The git command was cancelled.', { cause: signal.reason })
  const { args, directory = '/', stdin } = call
  const environment = { ...localEnvironment(options.searchPath), ...call.environment }
  const program = await runProgram({ file: options.gitPath, args, directory, environment, ...(stdin === undefined ? {} : { stdin }) })
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
  try {
    const [code, stdout] = await Promise.all([program.ended, collect(program.stdout, options.maxOutputBytes, kill)])
    return { code, stdout, stderr }
  } finally {
    clearTimeout(killing)
    signal.removeEventListener('abort', kill)
  }
}
