import { execFile } from 'node:child_process'
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Opened } from '../../processes/starter.ts'

const execute = promisify(execFile)

/** One named pipe for each stream of a command, opened at both ends. */
export interface OutputPipes {
  readonly stdout: OutputPipe
  readonly stderr: OutputPipe
  /** Gives the pipes back for another command; `clean` says that nobody holds their writing ends any more. */
  release(clean: boolean): void
}

export interface OutputPipe {
  readonly reader: Socket
  /** What the command writes to. */
  readonly writer: Opened
  /** To be called once the command has it: until then the writing end is open here, so that nobody takes it for ended. */
  close(): void
}

/**
 * Named pipes for output. Node itself would give a child sockets, and those cannot be opened again:
 * `echo x > /dev/stderr` and `tee /dev/stdout` would fail in every command.
 */
export class PipePool {
  readonly #directory: string
  readonly #free: string[] = []
  #made = 0

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Makes the first pair ahead of its use. */
  async prepare(): Promise<void> {
    this.#free.push(await this.#make())
  }

  async open(): Promise<OutputPipes> {
    const path = this.#free.pop() ?? (await this.#make())
    const stdout = openPipe(`${path}.out`)
    const stderr = openPipe(`${path}.err`)
    return {
      stdout,
      stderr,
      release: (clean) => {
        if (clean) this.#free.push(path)
        else for (const suffix of ['out', 'err']) rmSync(`${path}.${suffix}`, { force: true })
      },
    }
  }

  async #make(): Promise<string> {
    this.#made += 1
    const path = join(this.#directory, String(this.#made))
    await execute('mkfifo', ['-m', '600', `${path}.out`, `${path}.err`])
    return path
  }
}

function openPipe(path: string): OutputPipe {
  // The reader comes first and does not wait for a writer; the writer then finds it and must itself block when the pipe is full.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY)
  return { reader: new Socket({ fd: descriptor, readable: true, writable: false }), writer: { path, flags: constants.O_WRONLY }, close: () => closeSync(writer) }
}
