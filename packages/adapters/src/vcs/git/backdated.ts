import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { relativeTo } from './paths.ts'

/** Two changes this close may leave one time: clocks of file systems tick every 4 to 10 ms. */
export const tickMs = 25

/**
 * Remembers files that git's index cannot tell from what they become next. As it is usually built, git compares times by
 * whole seconds. It reads a file anew whose modification is as young as the index, but not one whose modification was
 * set back (`touch -d`, `cp -p`, unpacking) and that is written again, as long, within the same second.
 */
export interface Backdated {
  /** To be called for what goes into the index, as it was found before git read it. */
  note(path: Buffer, found: Stats, beganMs: number): void
  /** The noted paths that may hold something else than the index says. */
  changed(workTree: string, beganMs: number): Promise<readonly Buffer[]>
}

/** Starts with nothing noted; lives as long as the index is written by one process. */
export function createBackdated(): Backdated {
  const noted = new Map<string, { readonly path: Buffer; readonly changedAtMs: number; readonly settled: boolean }>()
  return {
    note(path, found, beganMs) {
      const key = path.toString('latin1')
      noted.delete(key)
      if (second(found.mtimeMs) >= second(found.ctimeMs) || !mayRecur(found.ctimeMs, beganMs)) return
      noted.set(key, { path, changedAtMs: found.ctimeMs, settled: found.ctimeMs < beganMs - tickMs })
    },
    async changed(workTree, beganMs) {
      const found = await Promise.all([...noted].map(async ([key, entry]) => {
        const now = await lstat(relativeTo(workTree, entry.path)).catch(() => null)
        const differs = now !== null && (!entry.settled || now.ctimeMs !== entry.changedAtMs)
        if (now === null || (!differs && !mayRecur(entry.changedAtMs, beganMs))) noted.delete(key)
        return differs ? [entry.path] : []
      }))
      return found.flat()
    },
  }
}

function second(ms: number): number {
  return Math.floor(ms / 1000)
}

/** Whether a change after `beganMs` can carry the same second as this one. */
function mayRecur(changedAtMs: number, beganMs: number): boolean {
  return second(changedAtMs) >= second(beganMs - tickMs)
}
