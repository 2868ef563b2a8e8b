import type { ShellPath } from '@codeforge/contracts/shell-analysis'
import { isAnchored, joinPath } from './directories.ts'
import { classify, type Operand } from './operands.ts'
import type { Knowledge } from './program-schema.ts'
import { eitherDirectory, type ShellState } from './state.ts'
import type { Word } from './words.ts'

type Access = ShellPath['access']
type Directories = ShellState['directories']

/** The paths that a command names, each for every directory it may run in. `tests`: unknown words are looked at, not opened. */
export function pathsOfCommand(knowledge: Knowledge, args: readonly Word[], directories: Directories, tests: boolean): ShellPath[] {
  if (knowledge.operands === 'text' && !tests && !takesFiles(knowledge)) return knowledge.here === undefined ? [] : here(knowledge.here, directories)
  const operands = withoutPattern(classify(args, knowledge), args, knowledge)
  const folder = operands.find(({ role }) => role === 'folders')
  // Some programs resolve what stands before such an option, or an archive, from where they were started.
  const inside = folder === undefined ? directories : eitherDirectory(directories, folderOf(folder, directories))
  const target = targetAmong(operands)
  const edits = edited(knowledge, args)
  const ignoresUnknown = knowledge.operands === 'code' || tests
  const paths: ShellPath[] = []
  for (const operand of operands) {
    const access = accessOf(operand, knowledge, edits, operand === target)
    if (operand === target && isTemporary(operand) && (knowledge.operands === 'copy' || knowledge.operands === 'move')) paths.push(...intoTemporary(operands))
    else if (access !== null) addPaths(paths, operand, access, operand === folder ? directories : inside, ignoresUnknown)
  }
  if (knowledge.here !== undefined) paths.push(...here(knowledge.here, inside))
  return paths
}

/** The last of several operands: what the others are copied to, where the program copies. */
function targetAmong(operands: readonly Operand[]): Operand | null {
  let count = 0
  let last: Operand | null = null
  for (const operand of operands) {
    if (operand.role !== 'operand') continue
    count += 1
    last = operand
  }
  return count > 1 ? last : null
}

function edited({ edits }: Knowledge, args: readonly Word[]): boolean {
  return edits !== undefined && args.some(({ value }) => value !== null && edits.test(value))
}

function isTemporary({ value }: Operand): boolean {
  return value === '/tmp' || value === '/tmp/'
}

/** What is copied into the temporary directory makes files of its own there, and changes nothing else in it. */
function intoTemporary(operands: readonly Operand[]): ShellPath[] {
  const sources = operands.filter((operand) => operand.role === 'operand' && !isTemporary(operand))
  return sources.map(({ word, value }) => {
    const name = value?.split('/').findLast((part) => part !== '') ?? '..'
    return { path: value === null || /^\.{1,2}$/.test(name) || word.glob ? null : `/tmp/${name}`, source: word.source, glob: false, access: 'write' }
  })
}

function takesFiles({ reads, writes, folders, globs }: Knowledge): boolean {
  return reads !== undefined || writes !== undefined || folders !== undefined || globs !== undefined
}

function folderOf({ value }: Operand, directories: Directories): Directories {
  return value === null || directories === null ? null : directories.map((directory) => joinPath(directory, value))
}

function here(access: Access, directories: Directories): ShellPath[] {
  return directories === null ? [{ path: null, source: '.', glob: false, access }] : directories.map((path) => ({ path, source: '.', glob: false, access }))
}

function accessOf({ role }: Operand, knowledge: Knowledge, edits: boolean, target: boolean): Access | null {
  switch (role) {
    case 'text':
    case 'scripts':
    case 'code':
      return null
    case 'writes':
      return 'write'
    case 'reads':
    case 'globs':
    case 'folders':
      return 'read'
    case 'operand':
      return operandAccess(knowledge, edits, target)
  }
}

function operandAccess({ operands }: Knowledge, edits: boolean, target: boolean): Access | null {
  switch (operands) {
    case 'text':
      return null
    case 'read':
    case 'pattern-read':
    case 'script-read':
    case 'code':
      return edits ? 'write' : 'read'
    case 'copy':
      return edits || target ? 'write' : 'read'
    // What is not known may write whatever it names.
    case 'write':
    case 'delete':
    case 'move':
    case undefined:
      return 'write'
  }
}

function addPaths(paths: ShellPath[], { word, value, role }: Operand, access: Access, directories: Directories, ignoresUnknown: boolean): void {
  const isGlob = role === 'globs'
  if (value === null) {
    if (isGlob || !ignoresUnknown) paths.push(unknownPath(word, access))
    return
  }
  if (isGlob && value.startsWith('!')) return
  addPlaced(paths, value, word, isGlob || word.glob, access, directories)
  if (hasNames.test(value)) for (const name of namesWithin(value)) addPlaced(paths, name, word, isGlob || word.glob, access, directories)
}

function addPlaced(paths: ShellPath[], path: string, { source }: Word, glob: boolean, access: Access, directories: Directories): void {
  // Mostly the command runs in one folder, the workspace.
  if (directories?.length === 1 && directories[0] === '.') paths.push({ path: joinPath('.', path), source, glob, access })
  else paths.push(...placed(path, source, glob, access, directories))
}

/** A redirection's target in every directory it may be opened from. */
export function pathsOfRedirect(target: Word, access: Access, directories: Directories): ShellPath[] {
  return target.value === null ? [unknownPath(target, access)] : placed(target.value, target.source, target.glob, access, directories)
}

/** A path as it is seen from every possible directory. */
export function placed(path: string, source: string, glob: boolean, access: Access, directories: Directories): ShellPath[] {
  if (isAnchored(path)) return [{ path: joinPath('.', path), source, glob, access }]
  if (directories === null) return path.startsWith('/') || path.startsWith('~') ? [{ path, source, glob, access }] : [{ path: null, source, glob, access }]
  return directories.map((directory) => ({ path: joinPath(directory, path), source, glob: glob || /[*?[]/.test(directory), access }))
}

function unknownPath(word: Word, access: Access): ShellPath {
  return { path: null, source: word.source, glob: false, access }
}

const patternGiven = /^(-[a-zA-Z]*[ef]|--(reg|fil|exp)|--files$)/

/** Of grep, sed and their like the first operand is a pattern, unless an option gave it. */
function withoutPattern(operands: readonly Operand[], args: readonly Word[], { operands: kind }: Knowledge): readonly Operand[] {
  if (kind !== 'pattern-read' && kind !== 'script-read') return operands
  // Where an option may have given it, the first operand is taken for a file: that hides nothing.
  if (args.some(({ value, prefix }) => patternGiven.test(value ?? prefix))) return operands
  const pattern = operands.findIndex(({ role }) => role === 'operand')
  return operands.filter((_, index) => index !== pattern)
}

const hasNames = /[=:@]/

/** What may be a path in an argument besides the whole of it: what follows `=`, `:` or `@`, as in `HEAD:file` and `if=file`. */
function namesWithin(value: string): string[] {
  const names: string[] = []
  for (const match of value.matchAll(/[=:@]/g)) {
    const rest = value.slice(match.index + 1).replace(/^\([^)]*\)|^[!^](?=[^/])/, '')
    if (/[./~]/.test(rest) && !rest.startsWith('//')) names.push(rest)
    // `:/a` is a path from the top of the repository to git, and an absolute one to others.
    if (match[0] === ':' && /^\/[^/]/.test(rest)) names.push(rest.slice(1))
  }
  return names
}
