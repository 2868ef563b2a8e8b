import { mkdir, open, readdir, readFile, rm, rmdir } from 'node:fs/promises'
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

/** Facts on disk until core has them: what a crashed worker had observed is not lost. */
export interface Spool {
  append(facts: readonly OrdinalFact[]): Promise<void>
  /** Everything in it was accepted. */
  settled(): Promise<void>
  close(options: { readonly remove: boolean }): Promise<void>
}

/** Opens the append-only file of one attempt. */
export async function openSpool(directory: string, owner: Omit<SpoolHeader, 'process'>): Promise<Spool> {
  const path = join(directory, owner.runId, `${owner.attempt}.jsonl`)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', 0o600)
  const header = `${JSON.stringify({ ...owner, process: await processStamp(process.pid) })}\n`
  await file.appendFile(header)
  let size = (await file.stat()).size
  return {
    async append(facts) {
      const lines = Buffer.from((size === 0 ? header : '') + facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''))
      try {
        for (let written = 0; written < lines.length;) written += (await file.write(lines, written)).bytesWritten
      } catch (error) {
        await file.truncate(size).catch(() => undefined) // half a line would spoil the next one
        throw error
      }
      size += lines.length
    },
    async settled() {
      if (size < truncateBeyond) return
      await file.truncate(0)
      size = 0
    },
    async close({ remove }) {
      await file.close()
      if (remove) await removeSpool(path)
    },
  }
}

export interface LeftSpool {
  readonly path: string
  readonly header: SpoolHeader
  readonly facts: readonly OrdinalFact[]
}

/** The spools that dead processes left in the directory. */
export async function leftSpools(directory: string): Promise<readonly LeftSpool[]> {
  const found: LeftSpool[] = []
  for (const path of await spoolFiles(directory)) {
    const spool = await readSpool(path)
    if (spool && !(await isAlive(spool.header.process))) found.push(spool)
  }
  return found
}

/** `<run>.<attempt>` of every attempt that a living process works on: it keeps its spool open as long. */
export async function livingAttempts(directory: string): Promise<ReadonlySet<string>> {
  const living = new Set<string>()
  for (const path of await spoolFiles(directory)) {
    const spool = await readSpool(path)
    if (spool && (await isAlive(spool.header.process))) living.add(`${spool.header.runId}.${spool.header.attempt}`)
  }
  return living
}

/** Removes a spool, and its run's folder when it was the last one. */
export async function removeSpool(path: string): Promise<void> {
  await rm(path, { force: true })
  await rmdir(dirname(path)).catch(() => undefined) // not empty: another attempt's spool is still there
}

async function readSpool(path: string): Promise<LeftSpool | null> {
  const [first = '', ...lines] = (await readFile(path, 'utf8')).split('\n')
  const header = SpoolHeader.safeParse(parseJson(first))
  if (!header.success) return null
  // The last line may be torn by the crash: what does not parse was never observed by anybody.
  const facts = lines.map((line) => OrdinalFact.safeParse(parseJson(line))).flatMap((line) => (line.success ? [line.data] : []))
  return { path, header: header.data, facts }
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
