import { isAbsolute, normalize, relative, sep } from 'node:path'

/** Why a path is not touched; a refusal that the model can act on. */
export class PathRefused extends Error {}

const longestPath = 4096

/** The parts of a path below the workspace's root, or a refusal. An absolute path counts where it lies in the workspace. */
export function relativeParts(root: string, path: string): string[] {
  if (path.includes('\0')) throw new PathRefused('The path contains a NUL character.')
  if (path.length > longestPath) throw new PathRefused(`The path is longer than ${longestPath} characters.`)
  const below = normalize(isAbsolute(path) ? relative(root, path) : path)
  const parts = below.split(sep).filter((part) => part !== '' && part !== '.')
  if (parts[0] === '..' || isAbsolute(below)) throw new PathRefused(`'${path}' lies outside the workspace. Use a path relative to the workspace.`)
  if (parts.some(isProtected)) throw new PathRefused(`'${path}' belongs to git's own files, which tools do not touch.`)
  return parts
}

/** `.git` in any spelling that some file system takes for it: other case, characters that have no width or another form, a short name, a stream. */
function isProtected(part: string): boolean {
  const plain = part.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').toLowerCase().replace(/:.*$/s, '').replace(/[. ]+$/, '')
  return plain === '.git' || /^git~\d+$/.test(plain)
}
