import type { SnapshotArea } from './area.ts'
import { createBackdated } from './backdated.ts'
import type { Git } from './command.ts'
import { type Layer, readLayer, settled, touchedSince } from './layer.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** The snapshots of one area, each of which knows the one before. One at a time: the index has one writer. */
export interface Snapshots {
  /** `touched`: every path that may have changed since the last one, relative; null: any may have. */
  take(touched: readonly string[] | null, signal: AbortSignal): Promise<Snapshot>
  /** To be called before the files are changed otherwise than by whoever works in the area. */
  forget(): void
}

/** More paths than this are not named one by one. */
const mostNamed = 200

/**
 * Remembers the last snapshot of an area, so that the next one looks only where something may have changed. `untouched`: the tree that a
 * checkout which nobody has worked in was made from; null: what is there is not known.
 */
export function createSnapshots(git: Git, area: SnapshotArea, untouched: string | null = null): Snapshots {
  const backdated = createBackdated()
  let last: { readonly snapshot: Snapshot; readonly layer: Layer | null } | null = untouched === null ? null : { snapshot: { tree: untouched, omitted: [] }, layer: new Map() }
  return {
    async take(touched, signal) {
      const began = Date.now()
      const layer = area.upper === null ? null : await readLayer(area.upper, area.ignored)
      const before = last
      last = null // should this one fail, the next looks everywhere
      const only = before && namedPaths(layer && before.layer ? touchedSince(before.layer, layer) : touched)
      const snapshot = before && only?.length === 0 ? before.snapshot : await takeSnapshot(git, area, { backdated, narrowed: before && only ? { paths: only, before: before.snapshot } : null }, signal)
      last = { snapshot, layer: layer && settled(layer, began) }
      return snapshot
    },
    forget() {
      last = null
    },
  }
}

/** Null where everything must be looked at: too many, a name git could take for something else, or a file that changes what the others mean. */
function namedPaths(paths: readonly string[] | null): readonly string[] | null {
  if (paths === null || paths.length > mostNamed) return null
  return paths.every(isPlain) ? paths : null
}

function isPlain(path: string): boolean {
  if (path === '' || path.startsWith('/') || path.length > 1000 || /[\0\ufffd]/.test(path)) return false
  return path.split('/').every((part) => !['', '.', '..', '.gitignore'].includes(part) && part.toLowerCase() !== '.git')
}
