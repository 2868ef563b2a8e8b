import { constants, type Stats } from 'node:fs'
import { access, lstat, rm, utimes } from 'node:fs/promises'
import { areaEnvironment, type SnapshotArea } from './area.ts'
import { type Backdated, tickMs } from './backdated.ts'
import type { Git } from './command.ts'
import { filteredChanges } from './own-files.ts'
import { nestedFiles } from './nested.ts'
import { joinPaths, relativeTo, splitZero } from './paths.ts'

export interface Snapshot {
  readonly tree: string
  /** Files that were left out: untracked ones that are too large or not readable, and changes that only a filter of the user's could commit. */
  readonly omitted: readonly string[]
}

/** What earlier snapshots of the same area leave to the next. */
export interface Past {
  readonly backdated: Backdated
  readonly narrowed: Narrowed | null
}

/** 'open': a tracked file became a repository, whose files git does not list by itself. */
type Place = 'keep' | 'remove' | 'omit' | 'open'

/** Where to look: what was there before, and the only paths that may differ from it. */
export interface Narrowed {
  readonly paths: readonly string[]
  readonly before: Snapshot
}

/**
 * Records tracked plus unignored files as a tree. Only paths that changed since the index was written are read, by git,
 * never into our memory. Files are named to git one by one, so that a planted `.git` cannot turn a folder into a link
 * to a repository and lose its files.
 */
export async function takeSnapshot(git: Git, area: SnapshotArea, { backdated, narrowed }: Past, signal: AbortSignal): Promise<Snapshot> {
  const beganMs = Date.now()
  await rm(`${area.index}.lock`, { force: true }) // this index is ours alone: a lock can only be a dead process's
  const within = narrowed?.paths ?? []
  const [untracked, told, unseen, filtered] = await Promise.all([listUntracked(git, area, within, signal), listChanged(git, area, within, signal), backdated.changed(area.workTree, beganMs), filteredChanges(area)])
  const changed = [...told, ...unseen.map((path) => ({ path, gone: false }))]
  const note = (path: Buffer, found: Stats) => { backdated.note(path, found, beganMs) }
  const places = await placeAll(area, untracked, changed, note)
  const at = (wanted: Place) => places.filter(([, place]) => place === wanted).map(([path]) => path)
  const opened = at('open')
  const inside = opened.length === 0 ? [] : await nestedFiles(git, area, opened.map((path) => Buffer.concat([path, Buffer.from('/')])), signal)
  const insidePlaces = await placeAll(area, inside, [], note)
  const removed = [...at('remove'), ...opened, ...unseen, ...filtered.gone] // one that git thinks it knows is read only when it is new
  const added = [...at('keep'), ...insidePlaces.filter(([, place]) => place === 'keep').map(([path]) => path)]
  const left = [...places, ...insidePlaces].filter(([, place]) => place === 'omit').map(([path]) => path)
  const omitted = [...left, ...filtered.touched].map((path) => path.toString('utf8'))
  if (narrowed) {
    const elsewhere = narrowed.before.omitted.filter((path) => !within.some((looked) => path === looked || path.startsWith(`${looked}/`)))
    omitted.push(...elsewhere.filter((path) => !omitted.includes(path)))
    if (removed.length + added.length === 0) return { tree: narrowed.before.tree, omitted }
  }
  omitted.push(...(await writeIndex(git, area, removed, added, signal)))
  // Everything was compared after `beganMs`: marking the index so spares the next snapshot from reading files that were
  // written in the same second as the index.
  if (removed.length + added.length === 0) await utimes(area.index, (beganMs - tickMs) / 1000, (beganMs - tickMs) / 1000)
  const tree = await git.text({ args: ['write-tree'], environment: areaEnvironment(area) }, signal)
  return { tree, omitted }
}

async function listUntracked(git: Git, area: SnapshotArea, within: readonly string[], signal: AbortSignal): Promise<readonly Buffer[]> {
  const call = { args: ['ls-files', '-z', '--others', '--exclude-standard', '--', ...within], environment: areaEnvironment(area), directory: area.workTree }
  const paths = splitZero((await git.run(call, signal)).stdout)
  const [folders, files] = [paths.filter(isFolder), paths.filter((path) => !isFolder(path))]
  return folders.length === 0 ? files : [...files, ...(await nestedFiles(git, area, folders, signal))]
}

function isFolder(path: Buffer): boolean {
  return path.at(-1) === 0x2f
}

/** Paths of the index that differ on disk: alternating status and path. */
async function listChanged(git: Git, area: SnapshotArea, within: readonly string[], signal: AbortSignal): Promise<readonly { readonly path: Buffer; readonly gone: boolean }[]> {
  const call = { args: ['diff-files', '-z', '--name-status', '--no-renames', '--ignore-submodules=all', '--', ...within], environment: areaEnvironment(area), directory: area.workTree }
  const parts = splitZero((await git.run(call, signal)).stdout)
  return parts.flatMap((part, at) => (at % 2 === 0 ? [{ path: parts[at + 1] ?? Buffer.alloc(0), gone: part.toString('latin1') === 'D' }] : []))
}

type Note = (path: Buffer, found: Stats) => void

async function placeAll(area: SnapshotArea, untracked: readonly Buffer[], changed: readonly { readonly path: Buffer; readonly gone: boolean }[], note: Note): Promise<readonly (readonly [Buffer, Place])[]> {
  const placed: (readonly [Buffer, Place])[] = []
  const work = [
    ...changed.map(({ path, gone }) => async () => [path, gone ? 'remove' : await placeTracked(area, path, note)] as const),
    ...untracked.map((path) => async () => [path, await placeUntracked(area, path, note)] as const),
  ]
  for (let at = 0; at < work.length; at += 256) placed.push(...(await Promise.all(work.slice(at, at + 256).map((place) => place()))))
  return placed
}

async function placeTracked(area: SnapshotArea, path: Buffer, note: Note): Promise<Place> {
  const found = await lstat(relativeTo(area.workTree, path)).catch(() => null)
  if (found?.isDirectory()) return 'open'
  if (!found?.isFile() && !found?.isSymbolicLink()) return 'remove'
  note(path, found)
  return 'keep'
}

async function placeUntracked(area: SnapshotArea, path: Buffer, note: Note): Promise<Place> {
  const absolute = relativeTo(area.workTree, path)
  const found = await lstat(absolute).catch(() => null)
  if (!found || !(found.isSymbolicLink() || (await isTaken(area, absolute, found)))) return 'omit'
  note(path, found)
  return 'keep'
}

async function isTaken(area: SnapshotArea, absolute: Buffer, found: Stats): Promise<boolean> {
  if (!found.isFile() || found.size > area.maxFileBytes) return false
  return access(absolute, constants.R_OK).then(() => true, () => false)
}

/**
 * Removals go first, so that a folder can take the place of a file and the other way round. Returns the names that git
 * refuses because some file system takes them for `.git`.
 */
async function writeIndex(git: Git, area: SnapshotArea, removed: readonly Buffer[], added: readonly Buffer[], signal: AbortSignal): Promise<readonly string[]> {
  const common = { environment: areaEnvironment(area), directory: area.workTree }
  const gone = Buffer.from(`0 ${'0'.repeat(40)}\t`)
  if (removed.length > 0) {
    await git.run({ ...common, args: ['update-index', '-z', '--index-info'], stdin: joinPaths(removed.map((path) => Buffer.concat([gone, path]))) }, signal)
  }
  if (added.length === 0) return []
  const { stderr } = await git.run({ ...common, args: ['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], stdin: joinPaths(added) }, signal)
  return [...stderr.matchAll(/^Ignoring path (.+)$/gm)].map((match) => match[1] ?? '')
}
