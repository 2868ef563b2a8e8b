import { lstatSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const longestFile = 4096

/**
 * The commit that a tree's root is at, read from git's own files: starting git costs more than all else that a look at an
 * unchanged tree does. Null wherever they do not say it plainly (packed or other reference storage, a folder within a
 * repository): then git is to be asked.
 */
export function readHeadFile(root: string): string | null {
  const folder = gitFolder(root)
  const head = folder === null ? null : smallText(join(folder, 'HEAD'))
  if (folder === null || head === null) return null
  const name = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1]
  if (name === undefined) return commitIn(head)
  if (name.split('/').includes('..')) return null
  const common = smallText(join(folder, 'commondir'))
  return commitIn(smallText(join(common === null ? folder : resolve(folder, common), name)))
}

/** `.git`, or where the file of that name in a worktree points. */
function gitFolder(root: string): string | null {
  const place = join(root, '.git')
  const stats = lstatSync(place, { throwIfNoEntry: false })
  if (stats?.isDirectory() === true) return place
  const target = stats?.isFile() === true ? /^gitdir: (.+)$/.exec(smallText(place) ?? '')?.[1] : undefined
  return target === undefined ? null : resolve(root, target)
}

function smallText(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() !== true || stats.size > longestFile) return null
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch {
    return null // gone meanwhile, or not ours to read
  }
}

function commitIn(text: string | null): string | null {
  return text !== null && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text) ? text : null
}
