import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { printedReference } from './derived.ts'
import { namesFound, rootsOfFind } from './find.ts'
import { namesFromFd } from './fd.ts'
import { below, spellings } from './names-below.ts'
import type { ShellState } from './state.ts'
import type { SyntaxNode } from './syntax.ts'
import { known, unknownWord, type Word } from './words.ts'

type Input = ShellState['input']

/** The file names that a command prints, where its words say which they can be. `input`: what it reads. */
export function namesPrinted({ program, args, wrappers }: SimpleCommand, input: Input): Input {
  if (wrappers.length > 0) return null
  const values = args.map(({ value }) => value ?? '')
  switch (program) {
    case 'find':
      return namesFromFind(args, values)
    case 'git':
      return namesFromGit(args)
    case 'go':
      return namesFromGo(values)
    case 'ls':
      return namesFromLs(args)
    case 'sort':
    case 'head':
    case 'tail':
    case 'uniq':
      // These pass lines on as they are.
      return input === null || values.some((value) => !/^-(n?\d*|r|u|z|n|nr|rn)$/.test(value) && !/^\d+$/.test(value)) ? null : { ...input, separated: false }
    case 'awk':
    case 'cut':
      if (takesFirst(program, values)) return beforeColon(input)
      return input?.columns === true && picksNames(program, values) ? { names: input.names, separated: false } : null
    case 'fd':
    case 'fdfind':
      return namesFromFd(values)
    case 'rg':
      return namesFromSearch(values, true) ?? linesFound(program, values)
    case 'grep':
    case 'egrep':
      if (values.some((value) => /^(-[a-zA-Z]*[lL]|--files-with)/.test(value))) return namesFromSearch(values, false)
      if (values.filter((value) => !value.startsWith('-')).length > 1 || values.some((value) => /^-[a-zA-Z]*[rR]/.test(value))) return linesFound(program, values)
      return input === null || !filters(values) ? null : { ...input, separated: false }
    default:
      return null
  }
}

function namesFromFind(args: SimpleCommand['args'], values: readonly string[]): Input {
  if (values.some((value) => /^-(exec|ok|delete|printf|fprint|ls|fls)/.test(value))) return null
  const words = args.map((arg): Word => ({ ...unknownWord(arg.source), ...arg }))
  const names = namesFound(words, '(input of xargs)')
  const separated = values.includes('-print0') && !values.includes('-print')
  const below = rootsOfFind(words)
  return names !== null ? { names, separated } : below === null ? null : { names: [unknownWord('(a file below)')], separated, below }
}

/** `go list` prints names of packages, which are no paths of files. */
function namesFromGo(values: readonly string[]): Input {
  return values[0] === 'list' && values.every((value) => !value.startsWith('-')) ? { names: [{ ...known('', 'a-package'), reference: true }], separated: false } : null
}

/** `ls` prints the names in a folder, without the hidden ones, and the files that it is given. */
function namesFromLs(args: readonly SimpleCommand['args'][number][]): Input {
  const operands = args.filter(({ value }) => value !== '-1')
  if (operands.length > 1 || operands.some(({ value }) => value === null || value.startsWith('-') || /(^|\/)\./.test(value))) return null
  return { names: [known('', '*', true), ...operands.map(({ value, glob }) => known('', value ?? '', glob))], separated: false }
}

/** `grep -rl` and `rg -l` print names of files below the folders that they are given. `careful`: hidden ones are left out, but for those that a filter asks for. */
function namesFromSearch(given: readonly string[], careful: boolean): Input {
  const { values, filters: globs } = careful ? filtersOfRg(given) : { values: given, filters: given.filter((value) => value.startsWith('--include=')).map((value) => value.slice('--include='.length)) }
  const options = values.filter((value) => value.startsWith('-'))
  if (!options.some((value) => /^(-[a-zA-Z]*[lL][a-zA-Z]*|--files-with(out)?-match(es)?|--files)$/.test(value))) return null
  if (options.some((value) => !/^(-[rRnlLEFGPIiwxsZ0]+|--files-with(out)?-match(es)?|--files|--include=[^/]*|--exclude(-dir)?=.*|--null|--colou?r=never|--type(-not)?=\w+|-[tT]\w+|--sort=\w+|--no-messages)$/.test(value))) return null
  const roots = values.filter((value) => !value.startsWith('-')).slice(options.includes('--files') ? 0 : 1)
  const recursive = careful || options.some((value) => /^-[a-zA-Z]*[rR]/.test(value))
  if (!recursive) return { names: roots.map((root) => known('', root, true)), separated: false }
  if (!careful && globs.length === 0 && (roots.length === 0 || roots.some((root) => /^[./~]/.test(root)))) return null
  const names = (roots.length === 0 ? ['.'] : roots).flatMap((root) => below(root, globs))
  return { names, separated: options.some((value) => /^(-[a-zA-Z]*[Z0]|--null)/.test(value)) }
}

const filterOfRg = /^(-[tTg]|--(type|type-not|glob|iglob))$/

/** What rg is told to look at, and its other words; what it is told to leave out only takes away. */
function filtersOfRg(given: readonly string[]): { readonly values: readonly string[]; readonly filters: readonly string[] } {
  const follows = (index: number, option: RegExp) => option.test(given[index - 1] ?? '')
  const attached = given.flatMap((value) => /^(?:-g|--i?glob=)(.+)$/.exec(value)?.[1] ?? [])
  const filters = [...given.filter((_, index) => follows(index, /^(-g|--i?glob)$/)), ...attached].filter((glob) => !glob.startsWith('!'))
  return { values: given.filter((value, index) => !filterOfRg.test(value) && !follows(index, filterOfRg) && !/^(-g|--i?glob=)./.test(value)), filters }
}

/** `cut -d: -f1` and what awk says for it. */
function takesFirst(program: string, values: readonly string[]): boolean {
  return program === 'cut' ? /^-d ?: -f ?1$|^-f ?1 -d ?:$/.test(values.join(' ')) : /^-F ?: \{ *print \$1 *\}$/.test(values.join(' '))
}

/** What stands before the first colon of each line: a name that may have been cut itself, and then it is another one in its folder. */
function beforeColon(input: Input): Input {
  if (input === null || input.columns === true) return null
  const names = (input.atStart ?? input.names).map(cutName)
  return names.every(({ value }) => value !== null) ? { names, separated: false } : null
}

function cutName(name: Word): Word {
  const { value } = name
  if (value === null || name.reference) return unknownWord(name.source)
  const wild = value.search(/[*?[]/)
  if (wild === -1) return value.includes(':') ? unknownWord(name.source) : name
  const folder = value.slice(0, value.lastIndexOf('/', wild) + 1)
  return folder.includes(':') ? unknownWord(name.source) : known(name.source, `${folder}**`, true)
}

/**
 * What grep and rg print of each line that they found: its file, a colon, and then whatever the file holds. Of a single file grep prints no
 * name, so that a folder, or the wish for names, must be written out.
 */
function linesFound(program: string, given: readonly string[]): Input {
  const { values } = program === 'rg' ? filtersOfRg(given) : { values: given }
  const options = values.filter((value) => value.startsWith('-'))
  if (!options.every((value) => (program === 'rg' ? /^-[nFPiwxsH]+$/ : /^-[rRnEFGPIiwxsH]+$/).test(value) || /^(--include=[^/]*|--exclude(-dir)?=.*|--colou?r=never|--no-heading|--with-filename|--line-number)$/.test(value))) return null
  const [, ...roots] = values.filter((value) => !value.startsWith('-'))
  // With the numbers of lines it is a number where it is no name.
  const namesFiles = options.some((value) => /^(-[a-zA-Z]*[Hn]|--with-filename|--line-number)/.test(value))
  const recursive = program === 'rg' || options.some((value) => /^-[a-zA-Z]*[rR]/.test(value))
  const isFolder = (root: string) => /^\.?$|\/$/.test(root)
  if (!recursive || roots.length > 1 || !(namesFiles || roots.every(isFolder)) || roots.some((root) => /^[/~]|(^|\/)\.[^/]/.test(root))) return null
  if (program !== 'rg' && (roots.length === 0 || roots[0] === '.')) return null
  return { names: [unknownWord('(lines that were found)')], separated: false, atStart: roots.length === 0 ? below('.', []) : roots.flatMap((root) => below(root, [])) }
}

/** Whether grep only lets lines through: one pattern, no file, no option but those that choose lines. */
function filters(values: readonly string[]): boolean {
  const patterns = values.filter((value, index) => !value.startsWith('-') || values[index - 1] === '-e')
  return patterns.length === 1 && values.every((value) => !value.startsWith('-') || /^-[vEFiwx]*e?$/.test(value))
}

/** Whether nothing but whole words of a line is let through, or what stands behind the marks of `git status`. */
function picksNames(program: string, values: readonly string[]): boolean {
  if (program === 'awk') return values.length === 1 && /^[^{}|>"`$]*\{ *print \$(\d|NF) *;? *\}$/.test(values[0] ?? '')
  return /^(-c ?4-|-f ?[23]-?|-d ?-f ?[23]-?)$/.test(values.join(' '))
}

const revisions = /^[\w@][\w./~^@-]*$/
const ofListing = /^(-z|-r|-[0-9]+|-n\d*|-s|--cached|--staged|--name-only|--name-status|--numstat|--diff-filter=\w+|--relative|--no-commit-id|--no-renames|--merge-base|--root|-M|--pretty=(format:)?|--format=|--oneline|--no-color|--)$/

/** `git ls-files`, and what `git diff --name-only` and its like print: files that git knows, by the patterns that were given. */
function namesFromGit(args: readonly SimpleCommand['args'][number][]): Input {
  const values = args.map(({ value }) => value)
  if (values.some((value) => value === null)) return null
  const words = values.map((value) => value ?? '')
  const [subcommand = '', ...rest] = words
  const reference = printedReference(words)
  if (reference !== null) return { names: [{ ...known('', reference), numeric: false, reference: true }], separated: false }
  switch (subcommand) {
    case 'grep':
      return namesFromGitGrep(rest)
    case 'ls-files':
      return namesFromLsFiles(rest)
    case 'status':
      return rest.length > 0 && rest.every((value) => /^(-s|-z|--short|--porcelain(=v1)?|-uno|-u|--untracked-files=(no|all|normal)|--no-renames)$/.test(value)) ? { ...everyName(rest), columns: true } : null
    case 'diff':
    case 'show':
    case 'log':
    case 'diff-tree':
    case 'diff-index':
      return namesFromDiff(rest)
    default:
      return null
  }
}

function everyName(options: readonly string[]): NonNullable<Input> {
  return { names: [known('', '**', true)], separated: options.includes('-z') }
}

function namesFromDiff(rest: readonly string[]): Input {
  const end = rest.indexOf('--')
  const before = end === -1 ? rest : rest.slice(0, end)
  if (!before.every((value) => ofListing.test(value) || revisions.test(value))) return null
  if (before.includes('--name-only') && !before.includes('--oneline')) return everyName(before)
  return before.some((value) => /^--(name-only|name-status|numstat)$/.test(value)) ? { ...everyName(before), columns: true } : null
}

/** Patterns narrow what is listed; other files may be the ones that are left out of version control, such as files of secrets. */
function namesFromLsFiles(rest: readonly string[]): Input {
  if (rest.some((value) => value.startsWith('-') && !/^(-z|-c|-m|-s|-co|--cached|--modified|--others|-o|--exclude-standard|--deduplicate|--)$/.test(value))) return null
  if (rest.some((value) => /^(-o|-co|--others)$/.test(value)) && !rest.includes('--exclude-standard')) return null
  const patterns = rest.filter((value) => !value.startsWith('-'))
  if (patterns.some((pattern) => pattern.startsWith(':') || pattern.startsWith('..'))) return null
  if (patterns.length === 0) return everyName(rest)
  return { names: patterns.flatMap(spellings).map((pattern) => known('', pattern, true)), separated: rest.includes('-z') }
}

/** `git grep -l` prints names of files that git knows; no other options are looked at than those that choose lines. */
function namesFromGitGrep(values: readonly string[]): Input {
  const end = values.indexOf('--')
  const before = end === -1 ? values : values.slice(0, end)
  const options = before.filter((value) => value.startsWith('-'))
  if (!options.some((value) => /^(-[a-zA-Z]*l|--files-with-matches|--name-only)/.test(value)) || !options.every((value) => /^(-[lniwEFPIz]+|--files-with-matches|--name-only)$/.test(value))) return null
  if (before.length - options.length !== 1) return null
  const patterns = end === -1 ? [] : values.slice(end + 1)
  if (patterns.some((pattern) => /^(:|\.\.|\/)/.test(pattern))) return null
  const names = patterns.length === 0 ? [known('', '**', true)] : patterns.flatMap((pattern) => (/[*?[]/.test(pattern) ? spellings(pattern) : [pattern, `${pattern}/**`])).map((name) => known('', name, true))
  return { names, separated: options.some((value) => /^-[a-zA-Z]*z/.test(value)) }
}

/** The names that a substitution becomes: those of its one command, or of the last of its pipeline. */
export function namesFromCommands(node: SyntaxNode, commands: readonly SimpleCommand[]): readonly Word[] | null {
  const [statement, ...others] = node.namedChildren
  if (statement === undefined || others.length > 0 || !/^(command|pipeline)$/.test(statement.type) || statement.text.includes('<')) return null
  const parts = statement.type === 'pipeline' ? statement.namedChildren : [statement]
  if (parts.length !== commands.length || parts.some(({ type }) => type !== 'command')) return null
  let input: Input = null
  for (const command of commands) {
    input = namesPrinted(command, input)
    if (input === null) return null
  }
  return input?.names ?? null
}

/** The text that `$(cat <<'EOF' ...)` stands for: a here-document without expansions. */
export function printedText(node: SyntaxNode): string | null {
  const [statement, ...others] = node.namedChildren
  if (statement?.type !== 'redirected_statement' || others.length > 0) return null
  const [command, redirect, ...more] = statement.namedChildren
  if (command?.text !== 'cat' || redirect === undefined || more.length > 0 || !isPlainHeredoc(redirect)) return null
  const literal = /['"\\\\]/.test(redirect.namedChildren[0]?.text ?? '')
  const body = redirect.namedChildren.find(({ type }) => type === 'heredoc_body')?.text ?? ''
  return literal || !/[$`\\\\]/.test(body) ? body.replace(/\n+$/, '') : null
}

function isPlainHeredoc(redirect: SyntaxNode): boolean {
  return redirect.type === 'heredoc_redirect' && !redirect.text.startsWith('<<-') && redirect.namedChildren.every(({ type }) => /^heredoc_(start|body|end)$/.test(type))
}
