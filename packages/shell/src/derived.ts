import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { fromStart, isAnchored, joinPath, topOfRepository } from './directories.ts'
import type { ShellState } from './state.ts'
import type { SyntaxNode } from './syntax.ts'
import { eitherOf, known, type Word } from './words.ts'

/** What a revision looks like to everything that reads words: no path of a project has this name. */
const revision = 'c0ffee0'
/** What a branch or tag looks like. Git lets none begin with a dash, and no part of one with a dot. */
const reference = 'a-reference'

/** The word that a substitution of one command becomes, where its words say what it prints, or what kind of name. */
export function derivedWord(state: ShellState, node: SyntaxNode, commands: readonly SimpleCommand[]): Word | null {
  const [statement, ...others] = node.namedChildren
  if (statement === undefined || others.length > 0 || commands.length === 0 || !isPlain(statement)) return null
  // Where one of several words makes several commands of one, what it becomes is one of several as well.
  if (commands.length > 1 && !commands.every(({ source, program }) => source === statement.text && (program === 'basename' || program === 'dirname'))) return null
  const derived = commands.map((command) => derivedFrom(state, node, command))
  return derived.every((word) => word !== null) ? eitherOf(node.text, derived) : null
}

function derivedFrom(state: ShellState, node: SyntaxNode, command: SimpleCommand): Word | null {
  if (command.wrappers.length + command.assignments.length > 0 || command.spelled.includes('/') || command.args.some(({ value }) => value === null)) return null
  const args = command.args.map(({ value }) => value ?? '')
  switch (command.program) {
    case 'pwd':
      return args.every((arg) => /^-[LP]$/.test(arg)) ? workingDirectory(state, node.text) : null
    case 'basename':
    case 'dirname':
      return partOfPath(node.text, command, args)
    case 'date':
      return args.length === 1 && /^\+[%YmdHMSsFyj_-]+$/.test(args[0] ?? '') ? name(node.text, '2026-01-01') : null
    case 'uname':
      return args.every((arg) => /^-[smr]$/.test(arg)) ? name(node.text, 'Linux') : null
    case 'git':
      return ofGit(node.text, command, args)
    default:
      return null
  }
}

/** A command of its own, of which at most the complaints go elsewhere. */
function isPlain(statement: SyntaxNode): boolean {
  if (statement.type !== 'redirected_statement') return statement.type === 'command'
  const [command, ...redirects] = statement.namedChildren
  return command?.type === 'command' && redirects.every(({ text }) => /^2>\s*\/dev\/null$/.test(text))
}

function name(source: string, value: string): Word {
  return { ...known(source, value), numeric: false }
}

/** The folder that a command runs in, as a path that means the same later on and elsewhere; null where that is not known. */
export function workingDirectory({ directories, found }: ShellState, source: string): Word | null {
  const [only, ...others] = directories ?? []
  return found.movesPwd || only === undefined || others.length > 0 || /[*?[\s]/.test(only) ? null : name(source, fromStart(only))
}

function partOfPath(source: string, { program, args }: SimpleCommand, [path = '', suffix = '']: readonly string[]): Word | null {
  if (path === '' || args.length > (program === 'dirname' ? 1 : 2) || /^-|\s/.test(path) || suffix.startsWith('-')) return null
  return isAnchored(path) ? partOfPlace(source, program, joinPath('.', path), suffix, args) : partOfName(source, program, path, suffix, args)
}

function partOfName(source: string, program: string | null, path: string, suffix: string, args: SimpleCommand['args']): Word | null {
  const whole = path.replace(/\/+$/, '')
  const slash = whole.lastIndexOf('/')
  if (program === 'dirname') return named(source, slash === -1 ? '.' : whole.slice(0, slash) || '/', args)
  const last = whole.slice(slash + 1)
  return last === '' || last === '**' ? null : named(source, last !== suffix && last.endsWith(suffix) ? last.slice(0, last.length - suffix.length) : last, args)
}

/** A part of a folder that is known as seen from where the text starts: what that one is called, and what lies above it, is not known. */
function partOfPlace(source: string, program: string | null, place: string, suffix: string, args: SimpleCommand['args']): Word | null {
  if (/^([/~]|\.\.(\/|$))|[*?[]/.test(place)) return null
  if (program === 'basename') return place === '.' ? name(source, 'a-folder') : partOfName(source, program, place, suffix, args)
  return place === '.' ? null : name(source, fromStart(place.includes('/') ? place.slice(0, place.lastIndexOf('/')) : '.'))
}

/** Wildcards of a part stand for parts of the names that were found. */
function named(source: string, value: string, [path]: SimpleCommand['args']): Word {
  return path?.glob === true || /[*?[]/.test(value) ? { ...known(source, value, true), expanded: true } : name(source, value)
}

function ofGit(source: string, { directory }: SimpleCommand, args: readonly string[]): Word | null {
  const [subcommand, ...rest] = args
  if (subcommand === 'rev-parse' && rest.length === 1 && rest[0] === '--show-toplevel') return directory !== null && /^(?!\.\.)[^/~]/.test(directory) ? name(source, topOfRepository) : null
  const printed = printedReference(args)
  return printed === null ? null : name(source, printed)
}

const fixed = /^(HEAD|@|main|master|develop|origin\/\w+)([~^]\d*)*$/
const choosing = /^(-\d+|-n\d*|--max-count=\d+|--(max|min)-parents=\d+|--skip=\d+|--reverse|--no-merges|--merges|--first-parent|--all|--branches|--tags|--(since|until|after|before|author|grep|committer)=.*|--abbrev-commit|--(topo|date)-order|--no-walk|-s|--no-patch|--)$/
const shortNames = /^--format=%\(refname(:short|:lstrip=\d|:strip=\d)?\)$/

const lists: Readonly<Record<string, RegExp>> = {
  branch: /^(-a|-r|--all|--remotes|--list|-l|--sort=.*|--(no-)?merged|--(no-)?contains|--points-at)$/,
  'for-each-ref': /^(--sort=.*|--count=\d+|--(no-)?merged(=.*)?|--(no-)?contains(=.*)?|--points-at(=.*)?)$/,
}
const others: Readonly<Record<string, readonly [RegExp, string]>> = {
  'merge-base': [/^(--fork-point|--octopus|--all|-a|--independent)$/, revision],
  'rev-list': [choosing, revision],
  tag: [/^(-l|--list|--sort=.*|--points-at|--(no-)?merged|--(no-)?contains)$/, reference],
  describe: [/^(--tags|--always|--all|--long|--dirty|--abbrev=\d+|--exact-match|--match=.*)$/, reference],
}

/** What git prints where every line is the name of a commit, a branch or a tag; null where it prints anything else. */
export function printedReference([subcommand = '', ...rest]: readonly string[]): string | null {
  const options = rest.filter((arg) => arg.startsWith('-'))
  if (subcommand === 'rev-parse') return ofRevParse(rest, options)
  if (subcommand === 'log') return ofLog(options)
  if (subcommand === 'branch' && rest.length === 1 && rest[0] === '--show-current') return reference
  const makesTag = subcommand === 'tag' && rest.length > 0 && options.length === 0
  const [allowed, printed] = others[subcommand] ?? []
  if (allowed !== undefined && printed !== undefined) return options.every((arg) => allowed.test(arg)) && !makesTag ? printed : null
  return ofList(subcommand, options)
}

function ofList(subcommand: string, options: readonly string[]): string | null {
  const list = lists[subcommand]
  return list !== undefined && options.some((arg) => shortNames.test(arg)) && options.every((arg) => shortNames.test(arg) || list.test(arg)) ? reference : null
}

/** A word that it does not know is printed as it is. */
function ofRevParse(rest: readonly string[], options: readonly string[]): string | null {
  if (options.every((arg) => /^(--short(=\d+)?|--verify|-q|--quiet)$/.test(arg))) return rest.length === options.length + 1 && fixed.test(rest.at(-1) ?? '') ? revision : null
  return rest.length === 2 && rest[0] === '--abbrev-ref' && rest[1] === 'HEAD' ? reference : null
}

function ofLog(options: readonly string[]): string | null {
  return options.some(isHashFormat) && options.every((arg) => choosing.test(arg) || isHashFormat(arg)) ? revision : null
}

function isHashFormat(option: string): boolean {
  return /^--(pretty|format)=(format:|tformat:)?%[hH]$/.test(option)
}
