import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { RealPaths } from '@codeforge/domain/policy/policy-call'
import picomatch from 'picomatch'
import { codeOf } from '../workspace/walk-path.ts'

/** Names that one wildcard is followed to; beyond it the path counts as unknown. */
const mostNames = 2000
const mostLinks = 40

/**
 * Where paths lead once every link in them is followed, as the file system stands now. What does not exist yet is placed by the deepest
 * folder that does. A link that is swapped in afterwards is the business of whoever opens the file.
 */
export function realPathsOf(root: string): RealPaths {
  const real = realpathSync.native(root)
  return (path, glob) => {
    if (path.startsWith('~')) return []
    // A slash at the end names the same place, and would hide the last name.
    const absolute = (isAbsolute(path) ? path : `${real}/${path}`).replace(/(?<=[^/])\/+$/, '')
    const named = glob ? expand(absolute) : [absolute]
    return named?.map((name) => (name === null ? null : placed(real, follow(name)))) ?? [null]
  }
}

/** The real path of the deepest part that exists, with the rest as it is; null where it cannot be followed. */
function follow(path: string, links = 0): string | null {
  try {
    return realpathSync.native(path)
  } catch (error) {
    const code = codeOf(error)
    if (links > mostLinks || (code !== 'ENOENT' && code !== 'ENOTDIR')) return null
    const target = linkTarget(path)
    // A broken link leads somewhere all the same: writing to it makes the file that it names.
    if (target !== null) return follow(resolve(dirname(path), target), links + 1)
    const parent = dirname(path)
    if (parent === path) return path
    const above = follow(parent, links)
    return above === null ? null : join(above, lastOf(path))
  }
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // it is no link, or nothing
  }
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function placed(root: string, path: string | null): string | null {
  if (path === null) return null
  const below = relative(root, path)
  if (below === '') return '.'
  return below.startsWith('..') || isAbsolute(below) ? path : below
}

/** The names that a wildcard stands for now; null where there are too many. */
function expand(pattern: string): readonly (string | null)[] | null {
  let found: readonly string[] = ['']
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    found = /[*?[{(]/.test(segment) ? found.flatMap((folder) => matching(folder, segment)) : found.map((folder) => `${folder}/${segment}`)
    if (found.length > mostNames) return null
  }
  return found.filter(isThere)
}

function isThere(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}

function matching(folder: string, segment: string): readonly string[] {
  const matches = picomatch(segment.replaceAll('[!', '[^'), { dot: segment.startsWith('.'), posix: true })
  try {
    return readdirSync(folder || '/').filter((name) => matches(name)).map((name) => `${folder}/${name}`)
  } catch {
    return [] // no such folder: the wildcard stays as it is, and names nothing
  }
}
