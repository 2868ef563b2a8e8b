import { execFile } from 'node:child_process'
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readProcess } from './process-table.ts'
import type { Opened } from './starter.ts'

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

/** How the names of the directories begin; the number of their process follows. */
const prefix = 'codeforge-pipes-'

/**
 * Named pipes for output. Node itself would give a child sockets, and those cannot be opened again:
 * `echo x > /dev/stderr` and `tee /dev/stdout` would fail in every command.
 */
class PipePool {
  readonly #free: string[] = []
  #directory: Promise<string> | undefined
  #made = 0

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
    this.#directory ??= makeDirectory()
    const path = join(await this.#directory, String((this.#made += 1)))
    await execute('mkfifo', ['-m', '600', `${path}.out`, `${path}.err`])
    return path
  }
}

/** The pipes of this process, for whatever it starts. */
export const sharedPipes = new PipePool()

/** It goes with this process; those that killed ones left go now. */
async function makeDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : NaN
    if (!Number.isNaN(owner) && readProcess(owner) === null) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined) // another user's
  }
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${String(process.pid)}-`))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const own = join(directory, 'own')
  await mkdir(own)
  return own
}

function openPipe(path: string): OutputPipe {
  // The reader comes first and does not wait for a writer; the writer then finds it and must itself block when the pipe is full.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY)
  return { reader: new Socket({ fd: descriptor, readable: true, writable: false }), writer: { path, flags: constants.O_WRONLY }, close: () => closeSync(writer) }
}
