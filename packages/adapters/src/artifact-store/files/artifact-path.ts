import { join } from 'node:path'
import { Digest } from '@codeforge/contracts/blob'

/** Where an artifact lies: `<directory>/ab/abcdef...`. */
export function pathOf(directory: string, digest: Digest): string {
  const checked = Digest.parse(digest) // it becomes part of a path
  return join(directory, checked.slice(0, 2), checked)
}
