import { realpath, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'

/** git holds such a lock for moments; one this old was left by a process that was killed. */
const staleMs = 60_000

/**
 * Removes the lock file over which git stumbled, if it is old and ours: in our own directory, or of a branch that only runs
 * write. True where it is gone and the command may be tried again. Locks of the user's own git are never touched.
 */
export async function removeStaleLock(said: string, ownDirectory: string): Promise<boolean> {
  const path = /Unable to create '(.+\.lock)': File exists/.exec(said)?.[1]
  if (path === undefined) return false
  try {
    const real = join(await realpath(dirname(path)), basename(path)) // refs of a view lead into the user's repository
    const ours = real.startsWith(`${await realpath(ownDirectory)}${sep}`) || /\/refs\/heads\/codeforge\/[^/]+\.lock$/.test(real)
    if (!ours || Date.now() - (await stat(real)).mtimeMs < staleMs) return false
    await rm(real)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' // its holder has finished meanwhile
  }
}
