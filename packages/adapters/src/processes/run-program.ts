import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { sharedPipes } from './output-pipes.ts'
import { sharedStarter } from './starter.ts'
import type { Opened, Program, StartedProgram } from './starter.ts'

export interface RunRequest extends Omit<Program, 'descriptors'> {
  /** What it reads; null: the caller writes it to `stdin` of the running program. Nothing unless given. */
  readonly stdin?: Uint8Array | string | null
  /** Texts that it may read once each, from descriptors 3, 4, ...: they pass through memory only, never through a file. */
  readonly whispers?: readonly string[]
}

/** A program whose output is read here. */
export interface RunningProgram {
  readonly pid: number
  /** Null unless the caller writes it. */
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable
  /** Its exit code, once it has ended and nobody holds its output open; -1 where a signal ended it. */
  readonly ended: Promise<number>
}

/** More input than this many bytes goes through a pipe rather than a file. */
const mostInFile = 1024 * 1024

/** Starts a program by the small process. Its output comes by named pipes, its input from a file without a name or by a named pipe. */
export async function runProgram({ stdin, whispers = [], ...program }: RunRequest): Promise<RunningProgram> {
  const pipes = await sharedPipes.open()
  const output = [pipes.stdout, pipes.stderr]
  const inputs: Input[] = []
  try {
    for (const text of [stdin, ...whispers]) inputs.push(await openInput(text, text !== stdin))
    const started = await sharedStarter.start({ ...program, descriptors: [inputs[0]?.opened ?? null, pipes.stdout.writer, pipes.stderr.writer, ...inputs.slice(1).map(({ opened }) => opened)] })
    for (const { feed } of inputs) feed()
    const closed = Promise.all(output.map(({ reader }) => new Promise<void>((resolve) => reader.once('close', () => resolve()))))
    const ended = endOf(started, closed, () => pipes.release(output.every(({ reader }) => reader.readableEnded)))
    return { pid: started.pid, stdin: inputs[0]?.writer ?? null, stdout: pipes.stdout.reader, stderr: pipes.stderr.reader, ended }
  } catch (error) {
    for (const { reader } of output) reader.destroy()
    for (const { writer } of inputs) writer?.destroy()
    pipes.release(false)
    throw error
  } finally {
    for (const { close } of [...inputs, ...output]) close()
  }
}

interface Input {
  readonly opened: Opened | null
  /** Null: nothing is written. */
  readonly writer: Writable | null
  /** Writes what there is to be written. */
  feed(): void
  /** To be called once the program has it. */
  close(): void
}

const nothing = (): void => undefined

async function openInput(text: RunRequest['stdin'], isSecret: boolean): Promise<Input> {
  if (text === undefined) return { opened: null, writer: null, feed: nothing, close: nothing }
  if (text !== null && !isSecret && text.length <= mostInFile && process.platform === 'linux') {
    const descriptor = openHidden(text)
    return { opened: openedAgain(descriptor, constants.O_RDONLY), writer: null, feed: nothing, close: () => closeSync(descriptor) }
  }
  const { reader, writer, close } = await sharedPipes.openInput()
  return { opened: reader, writer, feed: () => text !== null && writer.end(text), close }
}

async function endOf({ ended }: StartedProgram, closed: Promise<unknown>, release: () => void): Promise<number> {
  const { code } = await ended
  await closed
  release()
  return code ?? -1
}

/** A file without a name, open here: only who has its descriptor can read it. */
export function openHidden(content: Uint8Array | string, directory: string = tmpdir()): number {
  const path = join(directory, `codeforge-${randomUUID()}`)
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
  const descriptor = openSync(path, 'r+')
  rmSync(path)
  return descriptor
}

/** A file that is open here, as another process of ours can open it: with a place in it of its own. */
export const openedAgain = (descriptor: number, flags: number): Program['descriptors'][number] & object => ({ path: `/proc/${String(process.pid)}/fd/${String(descriptor)}`, flags })
