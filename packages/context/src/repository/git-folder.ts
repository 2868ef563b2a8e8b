import { closeSync, constants, lstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { join, resolve } from 'node:path'

const longestFile = 4096

/** `.git`, or where the file of that name in a worktree points. */
export function gitFolder(root: string): string | null {
  const place = join(root, '.git')
  const stats = lstatSync(place, { throwIfNoEntry: false })
  if (stats?.isDirectory() === true) return place
  const target = stats?.isFile() === true ? /^gitdir: (.+)$/.exec(smallText(place) ?? '')?.[1] : undefined
  return target === undefined ? null : resolve(root, target)
}

/** Text of a small file without blanks at its end; null where there is none. */
export function smallText(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() !== true || stats.size > longestFile) return null
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch {
    return null // gone meanwhile, or not ours to read
  }
}

/**
 * A repository's own folder, where it stands in the tree's root as git makes it, and both are ours: then git would say the same. Null for a
 * worktree, a folder within a repository, another owner's, or anything unusual: then git is to be asked.
 */
export function ownGitFolder(root: string): string | null {
  const folder = join(root, '.git')
  const isPlain = [root, folder, join(folder, 'objects'), join(folder, 'refs')].every((place) => {
    const stats = lstatSync(place, { throwIfNoEntry: false })
    return stats?.isDirectory() === true && stats.uid === process.getuid?.()
  })
  if (!isPlain || lstatSync(join(folder, 'commondir'), { throwIfNoEntry: false }) !== undefined) return null
  return /^(?:ref: refs\/|[0-9a-f]{40})/.test(smallText(join(folder, 'HEAD')) ?? '') ? folder : null
}

/** How many files git tracks in a tree, as its own list says at once; 0 where that cannot be told. Only a hint: it says nothing of what is there. */
export function countTracked(root: string): number {
  const folder = gitFolder(root)
  if (folder === null) return 0
  try {
    const descriptor = openSync(join(folder, 'index'), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return countIn(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return 0 // none yet
  }
}

/** The file begins with `DIRC`, its version and the number of entries. */
function countIn(descriptor: number): number {
  const head = Buffer.alloc(12)
  return readSync(descriptor, head, 0, 12, 0) === 12 && head.toString('latin1', 0, 4) === 'DIRC' ? head.readUInt32BE(8) : 0
}
