import type { BigIntStats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { tickMs } from './backdated.ts'

/** What lies in the upper layer of a workspace: for each path a mark that changes with it. */
export type Layer = ReadonlyMap<string, Mark>

interface Mark {
  readonly text: string
  readonly changedAtMs: number
}

/** A layer with more entries is not looked through: asking git about all files is faster then. */
const mostEntries = 400

/**
 * Reads the upper layer; null where it is too large. What lies in the workspace's `.git` takes no part. Whatever differs
 * from the files below has an entry here: a removed file is a device with its name, a folder that was made anew a new folder.
 */
export async function readLayer(upper: string, ignored: readonly string[]): Promise<Layer | null> {
  const layer = new Map<string, Mark>()
  let folders = ['']
  while (folders.length > 0) {
    const read = await Promise.all(folders.map((folder) => readFolder(upper, folder).catch(() => null))) // gone, or not ours to read
    const found = read.flatMap((entries) => entries ?? [])
    if (read.includes(null) || layer.size + found.length > mostEntries) return null
    for (const { path, mark } of found) layer.set(path, mark)
    folders = found.filter(({ path, isFolder }) => isFolder && !ignored.includes(path)).map(({ path }) => path)
  }
  // An ignore file that changed may have let an ignored folder in.
  return ignored.length > 0 && [...layer.keys()].some((path) => path.endsWith('.gitignore')) ? null : layer
}

interface Entry {
  readonly path: string
  readonly mark: Mark
  readonly isFolder: boolean
}

/** Null where the folder is too large, or has a name that is not text and so cannot be told to git. */
async function readFolder(upper: string, folder: string): Promise<readonly Entry[] | null> {
  const raw = await readdir(join(upper, folder), { encoding: 'buffer' })
  const names = raw.map((name) => name.toString('utf8')).filter((name) => folder !== '' || name !== '.git')
  if (names.length > mostEntries || names.some((name) => name.includes('\ufffd'))) return null
  const entries = await Promise.all(names.map(async (name) => {
    const path = folder === '' ? name : `${folder}/${name}`
    const found = await lstat(join(upper, path), { bigint: true }).catch(() => null) // removed meanwhile
    return found && { path, mark: markOf(found), isFolder: found.isDirectory() }
  }))
  return entries.filter((entry) => entry !== null)
}

/** A folder's own times change with every file in it, and those have marks of their own; when it was made does not. */
function markOf(found: BigIntStats): Mark {
  if (found.isDirectory()) return { text: `folder ${found.ino} ${found.birthtimeNs}`, changedAtMs: Number(found.birthtimeMs) }
  return { text: `${found.mode} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`, changedAtMs: Number(found.ctimeMs) }
}

/** A mark that no entry has. */
const unsettled = 'unsettled'

/**
 * The layer with what changed so shortly before a moment that another change would not show as such: it counts as changed
 * at the next look, whether it is still there, or was removed, or came again.
 */
export function settled(layer: Layer, atMs: number): Layer {
  return new Map([...layer].map(([path, mark]) => [path, mark.changedAtMs < atMs - tickMs ? mark : { ...mark, text: unsettled }]))
}

/** The paths that may have changed between two looks at a layer. */
export function touchedSince(before: Layer, now: Layer): readonly string[] {
  const came = [...now].filter(([path, mark]) => before.get(path)?.text !== mark.text).map(([path]) => path)
  const went = [...before.keys()].filter((path) => !now.has(path))
  return [...came, ...went]
}
