import { realpathSync } from 'node:fs'
import { delimiter, isAbsolute, join, relative } from 'node:path'
import { shipped } from '@codeforge/host/shipped'

/** Where somebody stands who reads what to type next. */
export interface Standpoint {
  /** Folders that the shell looks for commands in. */
  readonly path: readonly string[]
  readonly directory: string
  /** Root of the checkout. */
  readonly root: string
  /** The file behind a path; null where there is none. */
  resolve(path: string): string | null
}

/**
 * How this command line is called from there: by its name where the shell finds it, through npx within the checkout, else by its path.
 * Never through npx elsewhere: that would fetch whatever somebody published under the name.
 */
export function nameFrom({ path, directory, root, resolve }: Standpoint): string {
  const script = join(root, 'bin', 'codeforge.js')
  // npm and npx put folders of the checkout on the path of what they start; the shell of the user does not have them.
  const found = path.filter((folder) => isAbsolute(folder) && !isWithin(root, folder)).map((folder) => resolve(join(folder, 'codeforge'))).find((file) => file !== null)
  if (found === script) return 'codeforge'
  if (isWithin(root, directory)) return 'npx codeforge'
  return /^[\w./+-]+$/.test(script) ? script : `'${script.replaceAll("'", String.raw`'\''`)}'`
}

function isWithin(root: string, directory: string): boolean {
  const way = relative(root, directory)
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}

let known: string | undefined

/** What to type in place of `codeforge`, here and now. */
export function commandName(): string {
  return (known ??= nameFrom({ path: (process.env['PATH'] ?? '').split(delimiter), directory: process.env['INIT_CWD'] ?? process.cwd(), root: shipped.root, resolve }))
}

/** A text of ours with its commands as they are typed here. */
export function asTyped(text: string): string {
  return text.replaceAll('`codeforge ', `\`${commandName()} `)
}

function resolve(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
