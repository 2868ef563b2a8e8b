import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OrdinalFact } from '@codeforge/contracts/fact'
import { RunId, WorkerId } from '@codeforge/contracts/ids'
import { z } from 'zod'
import { processStamp } from './process-stamp.ts'

/** The first line of a spool file: whose facts these are, and which process keeps them. */
const SpoolHeader = z.strictObject({ runId: RunId, attempt: z.int().min(1), workerId: WorkerId, process: z.string() })
type SpoolHeader = z.output<typeof SpoolHeader>

/** Bytes after which a spool whose facts are all accepted is emptied. */
const truncateBeyond = 1024 * 1024
/** Bytes in which every header ends. */
const headerBytes = 1024

/** How the spool of an attempt ends that its process has given up: what is in it waits to be sent. */
const givenUp = '.left.jsonl'

/** Facts on disk until core has them: what a crashed worker had observed is not lost. */
export interface Spool {
  append(facts: readonly OrdinalFact[]): Promise<void>
  /** Everything in it was accepted. */
  settled(): Promise<void>
  /** What is not removed is found by `leftSpools` from then on. */
  close(options: { readonly remove: boolean }): Promise<void>
}

/** Opens the append-only file of one attempt. Where the disk does not take even that, it is tried again with the first facts. */
export async function openSpool(directory: string, owner: Omit<SpoolHeader, 'process'>): Promise<Spool> {
  const path = join(directory, owner.runId, `${owner.attempt}.jsonl`)
  const header = `${JSON.stringify({ ...owner, process: await processStamp(process.pid) })}\n`
  let file: FileHandle | null = null
  let size = 0
  const append = async (text: string): Promise<void> => {
    file ??= await openFile(path)
    if (size === 0) size = (await file.stat()).size
    const lines = Buffer.from((size === 0 ? header : '') + text)
    try {
      for (let written = 0; written < lines.length;) written += (await file.write(lines, written)).bytesWritten
    } catch (error) {
      await file.truncate(size).catch(() => undefined) // half a line would spoil the next one
      throw error
    }
    size += lines.length
  }
  await append('').catch(() => undefined)
  return {
    append: (facts) => append(facts.map((fact) => `${JSON.stringify(fact)}\n`).join('')),
    async settled() {
      if (size < truncateBeyond) return
      await file?.truncate(0)
      size = 0
    },
    async close({ remove }) {
      await file?.close()
      if (remove) await removeSpool(path)
      else if (file) await rename(path, join(dirname(path), `${owner.attempt}${givenUp}`))
    },
  }
}

async function openFile(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  return open(path, 'a', 0o600)
}

export interface LeftSpool {
  readonly path: string
  readonly header: SpoolHeader
  readonly facts: readonly OrdinalFact[]
}

/** The spools in the directory whose facts nobody sends any more: their process died, or gave the attempt up. */
export async function leftSpools(directory: string): Promise<readonly LeftSpool[]> {
  const found: LeftSpool[] = []
  for (const path of await spoolFiles(directory)) {
    const spool = (await isWorkedOn(path)) ? null : await readSpool(path)
    if (spool) found.push(spool)
  }
  return found
}

/** `<run>.<attempt>` of every attempt that a living process works on: it keeps its spool open as long. */
export async function livingAttempts(directory: string): Promise<ReadonlySet<string>> {
  const living = new Set<string>()
  for (const path of await spoolFiles(directory)) {
    const header = await isWorkedOn(path)
    if (header) living.add(`${header.runId}.${header.attempt}`)
  }
  return living
}

/** Removes a spool, and its run's folder when it was the last one. */
export async function removeSpool(path: string): Promise<void> {
  await rm(path, { force: true })
  await rmdir(dirname(path)).catch(() => undefined) // not empty: another attempt's spool is still there
}

/** The header of a spool whose process lives and has not given the attempt up. */
async function isWorkedOn(path: string): Promise<SpoolHeader | null> {
  if (path.endsWith(givenUp)) return null
  const header = headerOf(await textOf(path, headerBytes))
  return header && (await isAlive(header.process)) ? header : null
}

async function readSpool(path: string): Promise<LeftSpool | null> {
  const text = await textOf(path, Infinity)
  const header = headerOf(text)
  if (!header) return null
  // The last line may be torn by the crash: what does not parse was never observed by anybody.
  const facts = text.split('\n').slice(1).map((line) => OrdinalFact.safeParse(parseJson(line))).flatMap((line) => (line.success ? [line.data] : []))
  return { path, header, facts }
}

function headerOf(text: string): SpoolHeader | null {
  return SpoolHeader.safeParse(parseJson(text.split('\n', 1)[0] ?? '')).data ?? null
}

/** The beginning of a file; nothing where its attempt has ended meanwhile. */
async function textOf(path: string, most: number): Promise<string> {
  try {
    if (most === Infinity) return await readFile(path, 'utf8')
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

async function spoolFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl')).map((entry) => join(entry.parentPath, entry.name))
}

async function isAlive(stamp: string): Promise<boolean> {
  const [pid = ''] = stamp.split(':')
  return (await processStamp(Number(pid))) === stamp
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
