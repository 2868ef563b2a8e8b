import { pipeline } from 'node:stream/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import pLimit from 'p-limit'
import { gitFailure } from './failure.ts'
import { collect } from './process.ts'
import { removeStaleLock } from './stale-lock.ts'
import { startGit } from './start-git.ts'

export interface GitCall {
  readonly args: readonly string[]
  /** Added to the constructed environment; names the repository by GIT_DIR. */
  readonly environment: Readonly<Record<string, string>>
  /** Where git is started; `/` unless said otherwise. */
  readonly directory?: string
  readonly stdin?: Uint8Array | string
  /** Exit codes that are answers, not failures. Default: only 0. */
  readonly answers?: readonly number[]
  /** Texts that the process may read once each, from descriptors 3, 4, ... */
  readonly whispers?: readonly string[]
}

export interface GitResult {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs git's own program: a constructed environment, a process group of its own, a limited number at once. */
export interface Git {
  run(call: GitCall, signal: AbortSignal): Promise<GitResult>
  /** Standard output as trimmed text. */
  text(call: GitCall, signal: AbortSignal): Promise<string>
  /** Feeds the output of one call to another without holding it in memory; takes one place of the limit for both. */
  pipe(from: GitCall, to: GitCall, signal: AbortSignal): Promise<void>
}

export interface GitOptions {
  readonly gitPath: string
  /** Where everything lies that is ours. */
  readonly dataDirectory: string
  readonly searchPath: string
  readonly maxConcurrent: number
  /** More output than this is refused with `payload-too-large`. */
  readonly maxOutputBytes: number
}

/** A process that was killed leaves two or three locks. */
const mostLocks = 5

/** Makes the runner that all of this adapter shares. */
export function createGit(options: GitOptions): Git {
  const limit = pLimit(options.maxConcurrent)
  const run = (call: GitCall, signal: AbortSignal) => limit(async () => judge(call, await runOne(options, call, signal), signal))
  return {
    run,
    text: async (call, signal) => (await run(call, signal)).stdout.toString('utf8').trim(),
    pipe: (from, to, signal) => limit(() => runPair(options, from, to, signal)),
  }
}

/** Runs it again where all that was in the way is the lock of a process that was killed. */
async function runOne(options: GitOptions, call: GitCall, signal: AbortSignal): Promise<GitResult> {
  let result = await runOnce(options, call, signal)
  for (let locks = 0; locks < mostLocks && result.code !== 0 && !signal.aborted; locks++) {
    if (!(await removeStaleLock(result.stderr, options.dataDirectory))) break
    result = await runOnce(options, call, signal)
  }
  return result
}

async function runOnce(options: GitOptions, call: GitCall, signal: AbortSignal): Promise<GitResult> {
  const { stdout, ended, kill, stderr } = await startGit(options, call, signal)
  const [code, output] = await Promise.all([ended, collect(stdout, options.maxOutputBytes, kill)])
  return { code, stdout: output, stderr: stderr() }
}

async function runPair(options: GitOptions, from: GitCall, to: GitCall, signal: AbortSignal): Promise<void> {
  const sink = await startGit(options, { ...to, stdin: null }, signal)
  const source = await startGit(options, from, signal).catch((error: unknown) => {
    sink.kill()
    throw error
  })
  sink.stdout.resume()
  // The sink ends as soon as it has a whole pack, often before the pipe is closed. A broken pipe ends the source by itself.
  const flow = sink.stdin ? pipeline(source.stdout, sink.stdin).catch(() => {}) : undefined
  const [sourceCode, sinkCode] = await Promise.all([source.ended, sink.ended, flow])
  // A sink that is content has everything. A source that could not write to its end failed because of the sink.
  if (sinkCode !== 0 && source.stdout.readableEnded) await judge(from, { code: sourceCode, stdout: Buffer.alloc(0), stderr: source.stderr() }, signal)
  await judge(to, { code: sinkCode, stdout: Buffer.alloc(0), stderr: sink.stderr() }, signal)
}

async function judge(call: GitCall, result: GitResult, signal: AbortSignal): Promise<GitResult> {
  if (signal.aborted) throw new CodeForgeError('cancelled', 'The git command was cancelled.', { cause: signal.reason })
  if ((call.answers ?? [0]).includes(result.code)) return result
  throw await gitFailure(call, result)
}
