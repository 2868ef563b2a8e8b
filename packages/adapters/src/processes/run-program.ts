import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { sharedPipes } from './output-pipes.ts'
import { sharedStarter } from './starter.ts'
import type { Program, StartedProgram } from './starter.ts'

export interface RunRequest extends Omit<Program, 'descriptors'> {
  readonly stdin?: Uint8Array | string
}

/** A program whose output is read here. */
export interface RunningProgram {
  readonly pid: number
  readonly stdout: Readable
  readonly stderr: Readable
  /** Its exit code, once it has ended and nobody holds its output open; -1 where a signal ended it. */
  readonly ended: Promise<number>
}

/** Starts a program by the small process. Its standard input is a file, its output named pipes. */
export async function runProgram({ stdin, ...program }: RunRequest): Promise<RunningProgram> {
  const pipes = await sharedPipes.open()
  const input = stdin === undefined ? null : openHidden(stdin)
  const streams = [pipes.stdout.reader, pipes.stderr.reader]
  try {
    const descriptors = [input === null ? null : openedAgain(input, constants.O_RDONLY), pipes.stdout.writer, pipes.stderr.writer]
    const started = await sharedStarter.start({ ...program, descriptors })
    const closed = Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.once('close', () => resolve()))))
    return { pid: started.pid, stdout: pipes.stdout.reader, stderr: pipes.stderr.reader, ended: endOf(started, closed, () => pipes.release(streams.every(({ readableEnded }) => readableEnded))) }
  } catch (error) {
    for (const stream of streams) stream.destroy()
    pipes.release(false)
    throw error
  } finally {
    if (input !== null) closeSync(input)
    for (const { close } of [pipes.stdout, pipes.stderr]) close()
  }
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
