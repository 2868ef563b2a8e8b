import ignore, { type Ignore } from 'ignore'
import type { WorkspaceFiles } from './files.ts'

/** Files looked at before a walk gives up. */
const mostEntries = 200_000
/** Folders within folders that are opened: each is reached from the root anew, and an agent could nest them without end. */
const deepest = 100

/** The rules of one ignore file. */
export interface Ignoring {
  readonly folder: string
  readonly rules: Ignore
}

/**
 * Visits the files that git would not ignore, folder by folder in order. Links are named, not followed. Folders that lie `depth` levels
 * below the start are named with `/` at the end, and not opened.
 */
export async function* visitFiles(files: WorkspaceFiles, start: string, signal: AbortSignal, depth = deepest): AsyncIterable<string> {
  const pending: { path: string; level: number; ignoring: readonly Ignoring[] }[] = [{ path: start, level: 1, ignoring: [] }]
  let seen = 0
  for (let folder = pending.shift(); folder && seen < mostEntries; folder = pending.shift()) {
    signal.throwIfAborted()
    const entries = await files.list(folder.path || '.').catch(() => [])
    const ignoring = await withIgnoreFile(files, folder.path, entries.some(({ name }) => name === '.gitignore'), folder.ignoring)
    const folders: typeof pending = []
    for (const { name, kind } of entries) {
      seen += 1
      const path = folder.path ? `${folder.path}/${name}` : name
      if (name === '.git' || isIgnored(ignoring, path, kind === 'folder')) continue
      if (kind !== 'folder') yield path
      else if (folder.level < depth) folders.push({ path, level: folder.level + 1, ignoring })
      else yield `${path}/`
    }
    pending.unshift(...folders)
  }
}

/** The rules that hold in a folder, with those of its own ignore file where it has one. */
export async function withIgnoreFile(files: WorkspaceFiles, folder: string, has: boolean, before: readonly Ignoring[]): Promise<readonly Ignoring[]> {
  const own = folder === '' ? [{ folder, rules: ignore().add('node_modules') }] : []
  if (!has) return [...before, ...own]
  const text = await files.readText(folder ? `${folder}/.gitignore` : '.gitignore').catch(() => '')
  return [...before, ...own, { folder, rules: ignore().add(text) }]
}

/** Whether git would ignore a path, as far as ignore files of the workspace say. */
export function isIgnored(ignoring: readonly Ignoring[], path: string, isFolder: boolean): boolean {
  return ignoring.some(({ folder, rules }) => {
    const below = folder === '' ? path : path.slice(folder.length + 1)
    return rules.ignores(isFolder ? `${below}/` : below)
  })
}
