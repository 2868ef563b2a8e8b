import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { compileProfile } from '@codeforge/domain/policy/compile'
import { seePaths } from '@codeforge/domain/policy/paths'
import type { WorkspaceFiles } from './files.ts'
import { isIgnored, withIgnoreFile, type Ignoring } from './visit-files.ts'

// How far the look goes: secrets of a project lie near its top, and it is made before every sandbox.
const most = { depth: 3, entries: 5_000, files: 100 }

/**
 * Files that the profile blocks and the repository ignores, such as the user's own `.env`: relative paths. What git tracks is not among
 * them, since it is in the history that commands may read, and hiding it would look like a change; nor is what lies in ignored folders.
 */
export async function secretFiles(files: WorkspaceFiles, profile: PolicyProfile): Promise<readonly string[]> {
  const { blocked } = compileProfile(profile)
  const isBlocked = (path: string): boolean => seePaths([{ path, source: path, glob: false, access: 'read' }], null).some(({ folded }) => blocked(folded))
  const found: string[] = []
  const pending: { path: string; depth: number; ignoring: readonly Ignoring[] }[] = [{ path: '', depth: 1, ignoring: [] }]
  let seen = 0
  for (let folder = pending.shift(); folder !== undefined && seen < most.entries && found.length < most.files; folder = pending.shift()) {
    const entries = await files.list(folder.path || '.').catch(() => [])
    const ignoring = await withIgnoreFile(files, folder.path, entries.some(({ name }) => name === '.gitignore'), folder.ignoring)
    for (const { name, kind } of entries) {
      seen += 1
      const path = folder.path ? `${folder.path}/${name}` : name
      const ignored = isIgnored(ignoring, path, kind === 'folder')
      if (kind === 'file' && ignored && isBlocked(path)) found.push(path)
      if (kind === 'folder' && !ignored && name !== '.git' && folder.depth < most.depth) pending.push({ path, depth: folder.depth + 1, ignoring })
    }
  }
  return found.slice(0, most.files)
}
