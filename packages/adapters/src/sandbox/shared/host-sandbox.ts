import { closeSync, constants, readSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { access, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ExecPart, ExecRequest, Sandbox, SandboxSpec } from '@codeforge/ports/sandbox'
import { sharedPipes } from '../../processes/output-pipes.ts'
import { openedAgain, openHidden } from '../../processes/run-program.ts'
import type { Opened } from '../../processes/starter.ts'
import { assertVariables, commandMarker, markerVariables } from './environment.ts'
import type { Marker } from './environment.ts'
import type { HostSandboxOptions } from './options.ts'
import { RunningCommand } from './running-command.ts'
import type { CommandPlan } from './running-command.ts'
import { notStarted, scriptText } from './script.ts'
import type { Scratch } from './scratch.ts'
import { systemPath } from './system-path.ts'
import type { ProcessTree } from './tree.ts'

/** Program and arguments, and what it needs as descriptors 4 and further. */
export interface LaunchedBy {
  readonly file: string
  readonly args: readonly string[]
  readonly descriptors?: readonly Opened[]
}

/** What distinguishes one sandbox of this host from another: how a script is brought to run inside. */
export interface Launcher extends AsyncDisposable {
  /** Program and arguments that make `/bin/sh` read its script from descriptor 3. */
  command(): Promise<LaunchedBy>
  tree(root: number, token: string): ProcessTree
  /** True where the shell is the first process of a PID namespace. */
  readonly first: boolean
  /** True where the kernel counts processes per sandbox, so that a limit can be handed to it. */
  readonly countsProcesses: boolean
  /** What the sandbox itself sets: PATH, HOME, TMPDIR, LANG. */
  readonly environment: Readonly<Record<string, string>>
}

export interface HostSandboxParts {
  readonly spec: SandboxSpec
  readonly marker: Marker
  readonly options: HostSandboxOptions
  readonly scratch: Scratch
  readonly launcher: Launcher
  readonly onDisposed: () => void
}

/** A sandbox whose commands are processes of this host. */
export class HostSandbox implements Sandbox {
  readonly #parts: HostSandboxParts
  readonly #shell: string
  readonly #running = new Set<RunningCommand>()
  #disposal: Promise<void> | undefined

  constructor(parts: HostSandboxParts, shell: string) {
    this.#parts = parts
    this.#shell = shell
  }

  /** Finds the shell. */
  static async open(parts: HostSandboxParts): Promise<HostSandbox> {
    return new HostSandbox(parts, await firstPresent(['/bin/bash', '/bin/sh']))
  }

  async *exec(request: ExecRequest, signal: AbortSignal): AsyncGenerator<ExecPart, void, undefined> {
    this.#assertOpen()
    if (signal.aborted) {
      yield { kind: 'ended', exitCode: null, ending: 'aborted', durationMs: 0 }
      return
    }
    const running = await this.#start(request)
    const abort = (): void => running.end('aborted')
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    this.#running.add(running)
    try {
      yield* running.parts()
    } finally {
      this.#running.delete(running)
      signal.removeEventListener('abort', abort)
    }
  }

  async #start(request: ExecRequest): Promise<RunningCommand> {
    const { spec, marker, options, launcher, scratch } = this.#parts
    assertVariables(request.environment)
    assertCommand(request.command)
    const directory = await insideWorkspace(spec.workspace, request.directory)
    const token = randomUUID()
    const markers = { ...markerVariables(marker), [commandMarker]: token }
    const script = scriptText({
      command: request.command,
      directory,
      environment: { ...launcher.environment, ...request.environment, ...markers },
      shell: this.#shell,
      first: launcher.first,
      processes: launcher.countsProcesses ? spec.limits.pids : undefined,
      fileMb: spec.limits.diskMb,
      cpuSeconds: spec.limits.cpuSeconds,
    })
    const { descriptors = [], ...command } = await launcher.command()
    const pipes = await sharedPipes.open()
    this.#assertOpen()
    const kept = openHidden(script, scratch.own)
    const input = request.stdin === undefined ? null : openHidden(request.stdin, scratch.own)
    const plan: CommandPlan = {
      ...command,
      environment: { PATH: systemPath, ...markers },
      directory: '/',
      stdin: input === null ? null : openedAgain(input, constants.O_RDONLY),
      extra: [openedAgain(kept, constants.O_RDWR), ...descriptors],
      pipes,
      tree: (root) => launcher.tree(root, token),
      hasStarted: () => readStart(kept) !== notStarted,
      timeoutMs: Math.min(request.timeoutMs, (spec.limits.commandSeconds ?? Infinity) * 1000, longestMs),
      outputBytes: spec.limits.outputBytes ?? options.outputBytes,
      usage: { memoryMb: spec.limits.memoryMb, pids: spec.limits.pids },
      watchMs: options.watchMs,
    }
    try {
      const running = await RunningCommand.start(plan)
      void running.ended.finally(() => closeSync(kept))
      return running
    } catch (error) {
      closeSync(kept)
      throw error
    } finally {
      if (input !== null) closeSync(input)
    }
  }

  #assertOpen(): void {
    if (this.#disposal) throw new CodeForgeError('conflict', 'The sandbox was disposed.')
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose()
    return this.#disposal
  }

  async #dispose(): Promise<void> {
    for (const running of this.#running) running.end('aborted')
    await Promise.all([...this.#running].map((running) => running.ended))
    await this.#parts.launcher[Symbol.asyncDispose]()
    await this.#parts.scratch[Symbol.asyncDispose]()
    this.#parts.onDisposed()
  }
}

/** Timers hold 31 bits of milliseconds. */
const longestMs = 2_147_483_647

/** The kernel takes at most 128 KiB as one argument. */
const longestCommand = 120 * 1024

function assertCommand(command: string): void {
  if (Buffer.byteLength(command) > longestCommand) throw new CodeForgeError('invalid-input', 'The command is longer than 120 KiB. Write it to a file and run that.')
  if (command.includes('\0')) throw new CodeForgeError('invalid-input', 'The command contains a zero byte.')
}

async function insideWorkspace(workspace: string, directory: string): Promise<string> {
  const path = resolve(workspace, directory)
  const real = await realpath(path).catch(() => null)
  if (real === null || !(await stat(real)).isDirectory()) throw new CodeForgeError('invalid-input', `There is no directory '${directory}' in the workspace.`)
  if (real !== workspace && !real.startsWith(workspace + sep)) throw new CodeForgeError('invalid-input', `'${directory}' is not in the workspace.`)
  return real
}

async function firstPresent(paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    if (await access(path).then(() => true, () => false)) return path
  }
  throw new CodeForgeError('sandbox-unavailable', `None of these shells is here: ${paths.join(', ')}.`)
}

function readStart(descriptor: number): string {
  const bytes = Buffer.alloc(2)
  readSync(descriptor, bytes, 0, 2, 0)
  return bytes.toString('latin1')
}
