import { join, resolve } from 'node:path'
import { gitFolder, smallText } from './git-folder.ts'

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

function commitIn(text: string | null): string | null {
  return text !== null && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text) ? text : null
}
