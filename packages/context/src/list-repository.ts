import ignore, { type Ignore } from 'ignore'
import type { ReadableFiles } from './readable-files.ts'

const mostFiles = 5000
const mostFolders = 1500

/** Paths of a repository's files without what git ignores at the top, nearest to the root first. */
export async function listRepository(files: ReadableFiles, signal: AbortSignal): Promise<readonly string[]> {
  const rules: Ignore = ignore()
    .add(['.git', 'node_modules'])
    .add(await files.readText('.gitignore').catch(() => ''))
  const found: string[] = []
  const folders = ['']
  for (let visited = 0; visited < folders.length && visited < mostFolders && found.length < mostFiles; visited += 1) {
    signal.throwIfAborted()
    const folder = folders[visited] ?? ''
    for (const { name, kind } of await files.list(folder || '.').catch(() => [])) {
      const path = folder ? `${folder}/${name}` : name
      if (rules.ignores(kind === 'folder' ? `${path}/` : path)) continue
      if (kind === 'folder') folders.push(path)
      else found.push(path)
    }
  }
  return found
}
