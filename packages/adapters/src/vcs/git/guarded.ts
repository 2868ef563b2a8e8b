import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git } from './command.ts'
import { splitZero } from './paths.ts'
import type { Repository } from './repository.ts'

/**
 * What the user's own git obeys in a directory of theirs: settings that name programs, hooks, and where those lie. Whoever could write
 * there would have their commands run by the next `git status` of the user. So the `.git` itself, that of each submodule, and the folder
 * of each submodule that has none yet.
 */
export async function guardedPaths(git: Git, repository: Repository, workTree: string, commit: string, signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await git.run({ args: ['ls-tree', '-r', '-z', commit], environment: { GIT_DIR: repository.shadow } }, signal)
  const submodules = splitZero(stdout).map((line) => line.toString('utf8')).filter((line) => line.startsWith('160000 ')).map((line) => line.slice(line.indexOf('\t') + 1))
  const inside = await Promise.all(submodules.map(async (path) => {
    const own = join(workTree, path, '.git')
    return (await isThere(own)) ? own : join(workTree, path)
  }))
  const wanted = [join(workTree, '.git'), ...inside]
  const there = await Promise.all(wanted.map(isThere))
  return wanted.filter((_, at) => there[at])
}

/** A link cannot be held in its place. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then((found) => found.isDirectory() || found.isFile(), () => false)
}
