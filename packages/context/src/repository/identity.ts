import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { ownGitFolder } from './git-folder.ts'
import { runGit } from './run-git.ts'

/** Name of the index of a repository, which all its worktrees share: what git says its common directory is, else the root. */
export async function repositoryName(root: string, searchPath: string | undefined, signal: AbortSignal): Promise<string> {
  const place = ownGitFolder(root) ?? (await commonFolder(root, searchPath, signal))
  return createHash('sha256').update(realPath(place)).digest('hex').slice(0, 24)
}

async function commonFolder(root: string, searchPath: string | undefined, signal: AbortSignal): Promise<string> {
  const said = await runGit(root, ['rev-parse', '--git-common-dir'], searchPath, signal)
  return said === null ? root : resolve(root, said.toString('utf8').replace(/\n$/, ''))
}

function realPath(place: string): string {
  try {
    return realpathSync(place)
  } catch {
    return place
  }
}
