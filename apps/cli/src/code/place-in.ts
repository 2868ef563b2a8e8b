import { realpathSync } from 'node:fs'
import { isAbsolute, normalize, relative } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'

/** A place as a path from the root of the repository, also where it was given from the root of the disk. */
export function placeIn(root: string, place: string): string {
  const within = normalize(isAbsolute(place) ? relative(real(root), real(place)) : place)
  if (within.split('/')[0] === '..') throw new CodeForgeError('invalid-input', `${place} is not in ${root}. Name a directory by its path from there.`)
  return within
}

function real(place: string): string {
  try {
    return realpathSync(place)
  } catch {
    return place // nothing lies below what is not there
  }
}
