import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedStarter } from './starter.ts'
import type { Opened } from './starter.ts'

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

/** A named pipe by which one program reads what is written here. */
export interface InputPipe {
  readonly writer: Socket
  /** What the program reads from. */
  readonly reader: Opened
  /** To be called once the program has it: until then the reading end is open here, so that nothing that is written is lost. */
  close(): void
}

/** Pairs of pipes that one process makes. */
const madeAtOnce = 4
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

  /** Not used again: who got the reading end may have left it to a process that lives on, and what is written next may be a secret. */
  async openInput(): Promise<InputPipe> {
    const path = this.#free.pop() ?? (await this.#make())
    const name = `${path}.out`
    const descriptor = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = new Socket({ fd: openSync(name, constants.O_WRONLY | constants.O_NONBLOCK), readable: false, writable: true })
    writer.on('error', () => undefined) // a program that ends without reading breaks the pipe; its exit code says why
    return {
      writer,
      reader: asOpened(name, descriptor, constants.O_RDONLY),
      close() {
        closeSync(descriptor)
        for (const suffix of ['out', 'err']) rmSync(`${path}.${suffix}`, { force: true })
      },
    }
  }

  /** Several at a time, since a process makes them; all but one are free for others. */
  async #make(): Promise<string> {
    this.#directory ??= makeDirectory()
    const directory = await this.#directory
    const paths = Array.from({ length: madeAtOnce }, () => join(directory, String((this.#made += 1))))
    const args = ['-m', '600', ...paths.flatMap((path) => [`${path}.out`, `${path}.err`])]
    const { ended } = await sharedStarter.start({ file: 'mkfifo', args, directory: '/', environment: { PATH: '/usr/local/bin:/usr/bin:/bin' }, descriptors: [null, null, null] })
    const { code } = await ended
    if (code !== 0) throw new Error(`mkfifo ended with ${String(code)} in ${directory}`)
    const [mine = '', ...others] = paths
    this.#free.push(...others)
    return mine
  }
}

/** The pipes of this process, for whatever it starts. */
export const sharedPipes = new PipePool()

/** It goes with this process; those that killed ones left go now. */
async function makeDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : NaN
    if (!Number.isNaN(owner) && isGone(owner)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined) // another user's
  }
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${String(process.pid)}-`))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const own = join(directory, 'own')
  await mkdir(own)
  return own
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function openPipe(path: string): OutputPipe {
  // The reader comes first and does not wait for a writer; the writer then finds it and must itself block when the pipe is full.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY)
  return { reader: new Socket({ fd: descriptor, readable: true, writable: false }), writer: asOpened(path, writer, constants.O_WRONLY), close: () => closeSync(writer) }
}

/**
 * Opening a pipe by its name waits for its other end, for ever where this process was killed meanwhile: then the process that starts
 * programs would hang, and what it started would go on. Through this process the pipe is there only as long as this process.
 */
function asOpened(path: string, descriptor: number, flags: number): Opened {
  return { path: process.platform === 'linux' ? `/proc/${String(process.pid)}/fd/${String(descriptor)}` : path, flags }
}
