import { known, type Word } from './words.ts'

/** All names below a folder, or those that a filter lets through. */
export function below(root: string, globs: readonly string[]): Word[] {
  const folder = root === '.' ? '' : `${root.replace(/\/+$/, '')}/`
  return globs.length === 0 ? [known('', `${folder}**`, true)] : globs.flatMap(spellings).map((glob) => known('', `${folder}${glob.startsWith('**/') ? '' : '**/'}${glob}`, true))
}

/** A pattern of git matches in any folder where it has no slash, a leading star stands for a dot too, and a name alone may be a folder. */
export function spellings(pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [pattern]
  const slash = pattern.lastIndexOf('/') + 1
  const name = pattern.slice(slash)
  const folder = slash === 0 ? '**/' : pattern.slice(0, slash)
  return /^[*?[]/.test(name) ? [`${folder}${name}`, `${folder}.${name.replace(/^(\?|\[[^\]]*\])/, '')}`] : [`${folder}${name}`]
}
