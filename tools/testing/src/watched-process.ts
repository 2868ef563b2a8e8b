import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CodeForgeProcess } from './codeforge-process.ts'

/** How a process fared since the last reset. */
export interface ProcessWatch {
  /** Milliseconds by which the event loop was late. */
  readonly delayP50: number
  readonly delayP99: number
  readonly delayMax: number
  /** Megabytes of resident memory: now, the most since the reset, and at the reset. */
  readonly residentMb: number
  readonly mostResidentMb: number
  readonly firstResidentMb: number
  /** How often it was reset. */
  readonly resets: number
  /** Megabytes of memory that V8’s heap has used of what it took, and of these what was in use right after the last full collection. */
  readonly heapMb: number
  readonly liveHeapMb: number
}

/** Settings under which a CodeForge process measures itself and leaves the figures in the file; `%pid` in its name stands for the process. */
export function watching(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import ${new URL('watched-process-preload.mjs', import.meta.url).href}`, PROCESS_WATCH_FILE: file }
}

/** The figures that a watched process left last. */
export async function readWatch(file: string): Promise<ProcessWatch> {
  return JSON.parse(await readFile(file, 'utf8')) as ProcessWatch
}

/** Lets a watched process begin anew. */
export async function resetWatch(file: string, { output }: Pick<CodeForgeProcess, 'output'>): Promise<void> {
  const { resets } = await readWatch(file)
  await writeFile(`${file}.reset`, '')
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await readWatch(file).catch(() => null))?.resets === resets + 1) return
    await sleep(50)
  }
  throw new Error(`the process does not measure itself any more:\n${output()}`)
}
