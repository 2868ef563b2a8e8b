import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ExecPart } from '@codeforge/ports/sandbox'
import type { OutputPipe, OutputPipes } from '../../processes/output-pipes.ts'
import { sharedStarter } from '../../processes/starter.ts'
import type { Opened, StartedProgram } from '../../processes/starter.ts'
import { PartQueue } from './part-queue.ts'
import type { ProcessTree } from './tree.ts'
import { excessOf } from './watch.ts'
import type { UsageLimits } from './watch.ts'

type Ending = Extract<ExecPart, { kind: 'ended' }>['ending']

/** How a command is started and what bounds it. */
export interface CommandPlan {
  readonly file: string
  readonly args: readonly string[]
  /** The launcher's environment; the command's own is in the script. */
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
  /** Descriptors 0, 3 and further ones of the launcher. */
  readonly stdin: Opened | null
  readonly extra: readonly Opened[]
  readonly pipes: OutputPipes
  readonly tree: (root: number) => ProcessTree
  /** True once the script has come as far as the command. */
  readonly hasStarted: () => boolean
  readonly timeoutMs: number
  readonly outputBytes: number
  readonly usage: UsageLimits
  readonly watchMs: number
}

const graceMs = 300
/** Output beyond the limit is read and dropped so that the command can go on, up to this many times the limit. */
const patience = 20

/** One command from its start until nothing of it is alive. */
export class RunningCommand {
  readonly #plan: CommandPlan
  readonly #program: StartedProgram
  readonly #queue: PartQueue
  readonly #began: number
  readonly #timers: NodeJS.Timeout[] = []
  readonly #tree: ProcessTree
  readonly ended: Promise<void>
  #ending: Ending | undefined
  #total = 0
  #kept = 0
  #complaint = ''
  #exited = false

  constructor(plan: CommandPlan, program: StartedProgram, began: number) {
    this.#plan = plan
    this.#queue = new PartQueue(() => this.#flow(true))
    this.#program = program
    this.#began = began
    this.#tree = plan.tree(program.pid)
    this.#listen(plan.pipes.stdout, 'stdout')
    this.#listen(plan.pipes.stderr, 'stderr')
    this.ended = this.#follow()
    this.#timers.push(setTimeout(() => this.end('timeout'), plan.timeoutMs))
    if (plan.usage.memoryMb !== undefined || plan.usage.pids !== undefined) this.#timers.push(setInterval(() => this.#watch(), plan.watchMs))
  }

  /** Starts it. Fails with `sandbox-failed` where the launcher cannot be started. */
  static async start(plan: CommandPlan): Promise<RunningCommand> {
    const began = performance.now()
    const { stdout, stderr } = plan.pipes
    try {
      const descriptors = [plan.stdin, stdout.writer, stderr.writer, ...plan.extra]
      const program = await sharedStarter.start({ file: plan.file, args: plan.args, directory: plan.directory, environment: plan.environment, descriptors })
      return new RunningCommand(plan, program, began)
    } catch (error) {
      for (const { reader } of [stdout, stderr]) reader.destroy()
      throw new CodeForgeError('sandbox-failed', `The command could not be started: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    } finally {
      for (const { close } of [stdout, stderr]) close()
    }
  }

  /** Everything that is to be told about it, in order; leaving early ends the command. */
  async *parts(): AsyncGenerator<ExecPart, void, undefined> {
    try {
      yield* this.#queue.read()
    } finally {
      this.end('aborted')
      await this.ended
    }
  }

  /** Ends all its processes; the first reason counts. */
  end(ending: Ending): void {
    if (this.#ending !== undefined || this.#exited) return
    this.#ending = ending
    this.#flow(true)
    // What broke a limit is not asked first: while it is being asked, it goes on.
    if (ending !== 'timeout' && ending !== 'aborted') {
      void this.#tree.clear()
      return
    }
    this.#tree.terminate()
    this.#timers.push(setTimeout(() => void this.#tree.clear(), graceMs))
  }

  #listen(pipe: OutputPipe, stream: 'stdout' | 'stderr'): void {
    pipe.reader.on('data', (bytes: Buffer) => this.#receive(bytes, stream))
    pipe.reader.on('error', () => pipe.reader.destroy())
  }

  #receive(bytes: Buffer, stream: 'stdout' | 'stderr'): void {
    this.#total += bytes.byteLength
    if (stream === 'stderr' && this.#complaint.length < 2000) this.#complaint += bytes.toString('utf8')
    const kept = bytes.subarray(0, Math.max(0, this.#plan.outputBytes - this.#kept))
    this.#kept += kept.byteLength
    if (kept.byteLength > 0 && !this.#queue.push({ kind: 'output', stream, bytes: kept })) this.#flow(false)
    if (this.#total > patience * this.#plan.outputBytes) this.end('output-limit')
  }

  /** A slow reader slows the command, but not its end. */
  #flow(on: boolean): void {
    for (const { reader } of [this.#plan.pipes.stdout, this.#plan.pipes.stderr]) {
      if (on || this.#ending !== undefined || this.#exited) reader.resume()
      else reader.pause()
    }
  }

  #watch(): void {
    const excess = this.#ending === undefined ? excessOf(this.#tree.observe(), this.#plan.usage) : null
    if (excess === null) return
    if (excess === 'processes') this.#note(`ended: more than ${String(this.#plan.usage.pids)} processes and threads`)
    this.end(excess === 'memory' ? 'memory' : 'signalled')
  }

  #note(text: string): void {
    this.#queue.push({ kind: 'output', stream: 'stderr', bytes: Buffer.from(`\ncodeforge: ${text}\n`) })
  }

  async #follow(): Promise<void> {
    const { pipes } = this.#plan
    const closed = Promise.all([pipes.stdout, pipes.stderr].map(({ reader }) => new Promise<void>((resolve) => reader.once('close', () => resolve()))))
    try {
      const { code, signal } = await this.#program.ended
      await this.#tree.clear()
      this.#exited = true
      this.#flow(true)
      pipes.release(await settles(closed, 250))
      this.#conclude(code, signal)
    } catch (error) {
      pipes.release(false)
      this.#queue.fail(new CodeForgeError('sandbox-failed', `The command could not be ended: ${String(error)}`, { cause: error }))
    } finally {
      this.#exited = true
      for (const timer of this.#timers) clearTimeout(timer)
      for (const { reader } of [pipes.stdout, pipes.stderr]) reader.destroy()
    }
  }

  #conclude(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ending === undefined && !this.#plan.hasStarted()) {
      this.#queue.fail(new CodeForgeError('sandbox-failed', `The sandbox could not be started: ${this.#complaint.trim() || `exit code ${String(code)}`}`))
      return
    }
    const ending = this.#ending ?? (signal !== null || endedBySignal(code) ? 'signalled' : 'exited')
    this.#queue.push({ kind: 'ended', exitCode: ending === 'exited' ? code : null, ending, durationMs: performance.now() - this.#began })
    this.#queue.finish()
  }
}

/**
 * A shell tells of a death by signal as 128 and its number. Only the signals that end a faulty or killed process are taken
 * for that; 129 is left out, being git's exit code for wrong usage.
 */
const endedBySignal = (code: number | null): boolean => code !== null && [130, 131, 132, 133, 134, 135, 136, 137, 139, 141, 142, 143, 152, 153, 159].includes(code)

/** True where the promise settles in time. */
async function settles(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)))
  const result = await Promise.race([promise.then(() => true as const), late])
  clearTimeout(timer)
  return result
}
