import { copyFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SnapshotArea } from '../area.ts'
import type { Overlays } from './overlay.ts'
import { lowerFile, type WarmTree } from './tree.ts'

/** Where an attempt's own layer lies, below the attempt's directory. */
const ownLayer = 'layer'

/** What a workspace got from a warm tree. */
export interface Taken {
  /** Whose files they are: the workspace is moved from there to the commit it wants. */
  readonly commit: string
  /** Git tree of that commit. */
  readonly tree: string
  /** The directory that holds what the workspace changed, and nothing else; null where it has its files to itself. */
  readonly upper: string | null
}

/** Lays the workspace over a tree that others share. Null where the tree went away meanwhile. */
export async function shareTree(overlays: Overlays, tree: WarmTree, area: SnapshotArea): Promise<Taken | null> {
  const attempt = dirname(area.index)
  const own = join(attempt, ownLayer)
  try {
    await writeFile(join(attempt, lowerFile), tree.directory) // from here on nobody removes it
    await copyFile(tree.index, area.index)
    await overlays.mount({ lower: tree.files, own, target: area.workTree })
    await stat(tree.directory)
    await touch(tree)
    return { commit: tree.commit, tree: tree.tree, upper: join(own, 'upper') }
  } catch {
    await overlays.release(area.workTree)
    for (const path of [join(attempt, lowerFile), own, area.index]) await rm(path, { recursive: true, force: true })
    return null
  }
}

/** Makes a tree the workspace. Null where somebody else was faster: a directory can be renamed by one. */
export async function claimTree(tree: WarmTree, area: SnapshotArea): Promise<Taken | null> {
  const claimed = join(dirname(area.index), 'claimed')
  try {
    await rename(tree.directory, claimed)
  } catch {
    return null
  }
  await rename(join(claimed, 'files'), area.workTree)
  await rename(join(claimed, 'index'), area.index)
  await rm(claimed, { recursive: true })
  return { commit: tree.commit, tree: tree.tree, upper: null }
}

async function touch(tree: WarmTree): Promise<void> {
  const now = new Date()
  await utimes(tree.directory, now, now)
}
