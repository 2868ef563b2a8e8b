import type { ShellAnalysis, ShellPath } from '@codeforge/contracts/shell-analysis'
import { placed } from './command-paths.ts'
import { joinPath } from './directories.ts'
import type { Lookup } from './lookup.ts'
import { classify, type Operand } from './operands.ts'
import type { Word } from './words.ts'

/**
 * What a symbolic link will lead to, seen from where the link will lie: that is what its target is relative to, not the working directory. Null where the
 * call makes no symbolic link, or works that out itself.
 */
export function linkTargets({ rest, knowledge, directories }: Lookup): readonly ShellPath[] | null {
  if (!rest.some(has(/^(-[a-zA-Z]*s|--sym)/)) || rest.some(has(/^(-[a-zA-Z]*r|--rel)/))) return null
  const words = classify(rest, knowledge)
  const operands = words.filter(({ role }) => role === 'operand')
  const folder = words.find(({ role }) => role === 'writes')
  const targets = folder !== undefined || operands.length === 1 ? operands : operands.slice(0, -1)
  const bases = basesOf(operands, folder)
  return targets.flatMap(({ word, value }) => (value === null || word.glob || bases === null
    ? [{ path: null, source: word.source, glob: false, access: 'read' }]
    : bases.flatMap((base) => placed(joinPath(base, value), word.source, false, 'read', directories))))
}

/** The folders in which the link may come to lie: its name may be that of a folder. */
function basesOf(operands: readonly Operand[], folder: Operand | undefined): readonly string[] | null {
  if (folder === undefined && operands.length === 1) return ['.']
  const { value } = folder ?? operands.at(-1) ?? { value: null }
  if (value === null) return null
  if (folder !== undefined || operands.length > 2 || value.endsWith('/')) return [value]
  return [joinPath('.', `${value}/..`), value]
}

function has(option: RegExp): (word: Word) => boolean {
  return ({ value, prefix }) => option.test(value ?? prefix)
}

const lookingOn: ReadonlySet<string> = new Set('ln mkdir cd ls echo pwd test [ true rm readlink set exit'.split(' '))

/** Whether a text makes a link and then does what would follow or move it: links are looked at before the text runs, so this one is not. */
export function usesItsLinks({ commands }: Pick<ShellAnalysis, 'commands'>): boolean {
  if (!commands.some(({ program }) => program === 'ln')) return false
  return !commands.every(({ program, args }) => program !== null && (lookingOn.has(program) || (program === 'git' && /^(add|commit|status)$/.test(args[0]?.value ?? ''))))
}
