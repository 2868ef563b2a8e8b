import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import pLimit from 'p-limit'
import { localEnvironment } from './environment.ts'
import { gitFailure } from './failure.ts'
import { collect, explainSpawnFailure, graceMs, signalGroup, stderrLimit } from './process.ts'
import { runApart } from './run-apart.ts'
import { removeStaleLock } from './stale-lock.ts'

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
  if (isSmall(call)) return runApart(options, call, signal)
  const child = start(options, call, signal)
  const stdout = collect(child.process.stdout, options.maxOutputBytes, () => child.kill())
  feed(child.process.stdin, call.stdin)
  const [code, output] = await Promise.all([child.ended, stdout])
  return { code, stdout: output, stderr: child.stderr() }
}

async function runPair(options: GitOptions, from: GitCall, to: GitCall, signal: AbortSignal): Promise<void> {
  const sink = start(options, to, signal)
  const source = start(options, from, signal)
  feed(source.process.stdin, from.stdin)
  sink.process.stdout.resume()
  // The sink ends as soon as it has a whole pack, often before the pipe is closed. A broken pipe ends the source by itself.
  const flow = pipeline(source.process.stdout, sink.process.stdin).catch(() => {})
  const [sourceCode, sinkCode] = await Promise.all([source.ended, sink.ended, flow])
  // A sink that is content has everything. A source that could not write to its end failed because of the sink.
  if (sinkCode !== 0 && source.process.stdout.readableEnded) judge(from, { code: sourceCode, stdout: Buffer.alloc(0), stderr: source.stderr() }, signal)
  judge(to, { code: sinkCode, stdout: Buffer.alloc(0), stderr: sink.stderr() }, signal)
}

/** Secrets go through pipes only, and much input is better streamed. */
function isSmall({ whispers = [], stdin = '' }: GitCall): boolean {
  return process.platform === 'linux' && whispers.length === 0 && stdin.length < 1024 * 1024
}

interface Started {
  readonly process: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable }
  readonly ended: Promise<number>
  stderr(): string
  kill(): void
}

function start(options: GitOptions, call: GitCall, signal: AbortSignal): Started {
  if (signal.aborted) throw new CodeForgeError('cancelled', 'The git command was cancelled.', { cause: signal.reason })
  const whispers = call.whispers ?? []
  const child = spawn(options.gitPath, [...call.args], {
    cwd: call.directory ?? '/',
    env: { ...localEnvironment(options.searchPath), ...call.environment },
    detached: true, // a process group of its own, so that transport helpers end with it
    stdio: ['pipe', 'pipe', 'pipe', ...whispers.map(() => 'pipe' as const)],
  }) as Started['process']
  whispers.forEach((text, index) => feed(child.stdio[index + 3] as Writable, text))
  const kill = () => killGroup(child)
  signal.addEventListener('abort', kill, { once: true })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(0, stderrLimit)))
  const ended = endOf(child, options.gitPath, call.directory).finally(() => signal.removeEventListener('abort', kill))
  ended.catch(() => {}) // awaited later than it may fail
  return { process: child, ended, stderr: () => said, kill }
}

function endOf(child: ChildProcess, gitPath: string, directory: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let started = true
    child.once('close', (code) => started && resolve(code ?? -1))
    child.once('error', (error) => {
      started = false
      void explainSpawnFailure(error, gitPath, directory).then(reject)
    })
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  signalGroup(child.pid, 'SIGTERM')
  const timer = setTimeout(() => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'), graceMs)
  child.once('close', () => clearTimeout(timer))
}

/** A process that ends without reading its input breaks the pipe; its exit code says why. */
function feed(stream: Writable, input: Uint8Array | string | undefined): void {
  stream.on('error', () => {})
  stream.end(input)
}

function judge(call: GitCall, result: GitResult, signal: AbortSignal): GitResult {
  if (signal.aborted) throw new CodeForgeError('cancelled', 'The git command was cancelled.', { cause: signal.reason })
  if ((call.answers ?? [0]).includes(result.code)) return result
  throw gitFailure(call.args, result)
}
