import { renameSync, statSync } from 'node:fs'

/** What a log file takes before the next one is begun, and how many earlier ones stay: `codeforge.log.1` is the newest of them. */
export const rotation = { bytes: 10 * 1024 * 1024, kept: 4 } as const

/** Counts what is written to a file, and moves the file aside when it is full; `reopen` then makes a new one under its name. */
export function rotating(file: string, reopen: () => void, { bytes, kept }: { readonly bytes: number; readonly kept: number } = rotation): (text: string) => void {
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return (text) => {
    size += Buffer.byteLength(text)
    if (size < bytes) return
    size = 0
    for (let number = kept; number >= 1; number -= 1) move(number === 1 ? file : `${file}.${number - 1}`, `${file}.${number}`)
    reopen()
  }
}

// A file that is not there yet, or cannot be moved, is no reason to stop logging.
function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    return
  }
}
