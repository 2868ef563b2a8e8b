import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { namesFound, rootsOfFind } from './find.ts'
import type { ShellState } from './state.ts'
import type { SyntaxNode } from './syntax.ts'
import { known, unknownWord, type Word } from './words.ts'

type Input = ShellState['input']

/** The file names that a command prints, where its words say which they can be. `input`: what it reads. */
export function namesPrinted({ program, args, directory, wrappers }: SimpleCommand, input: Input): Input {
  if (wrappers.length > 0 || directory !== '.') return null
  const values = args.map(({ value }) => value ?? '')
  switch (program) {
    case 'find': {
      if (values.some((value) => /^-(exec|ok|delete|printf|fprint|ls|fls)/.test(value))) return null
      const words = args.map((arg): Word => ({ ...arg, numeric: false }))
      const names = namesFound(words, '(input of xargs)')
      const separated = values.includes('-print0') && !values.includes('-print')
      const below = rootsOfFind(words)
      return names !== null ? { names, separated } : below === null ? null : { names: [unknownWord('(a file below)')], separated, below }
    }
    case 'git':
      return namesFromGit(args)
    case 'ls':
      return namesFromLs(args)
    case 'sort':
    case 'head':
    case 'tail':
    case 'uniq':
      // These pass lines on as they are.
      return input === null || values.some((value) => !/^-(n?\d*|r|u|z|n|nr|rn)$/.test(value) && !/^\d+$/.test(value)) ? null : { ...input, separated: false }
    case 'rg':
      return namesFromSearch(values, true)
    case 'grep':
    case 'egrep':
      if (values.some((value) => /^(-[a-zA-Z]*l|--files-with)/.test(value))) return namesFromSearch(values, false)
      return input === null || !filters(values) ? null : { ...input, separated: false }
    default:
      return null
  }
}

/** `ls` prints the names in a folder, without the hidden ones, and the files that it is given. */
function namesFromLs(args: readonly SimpleCommand['args'][number][]): Input {
  const operands = args.filter(({ value }) => value !== '-1')
  if (operands.length > 1 || operands.some(({ value }) => value === null || value.startsWith('-') || /(^|\/)\./.test(value))) return null
  return { names: [known('', '*', true), ...operands.map(({ value, glob }) => known('', value ?? '', glob))], separated: false }
}

/** `grep -rl` and `rg -l` print names of files below the folders that they are given. `careful`: hidden ones are left out. */
function namesFromSearch(values: readonly string[], careful: boolean): Input {
  const options = values.filter((value) => value.startsWith('-'))
  if (!options.some((value) => /^(-[a-zA-Z]*l[a-zA-Z]*|--files-with-matches|--files)$/.test(value))) return null
  if (options.some((value) => !/^(-[rRnlEFiwZ0]+|--files-with-matches|--files|--include=[^/]*|--exclude(-dir)?=.*|--null)$/.test(value))) return null
  const roots = values.filter((value) => !value.startsWith('-')).slice(options.includes('--files') ? 0 : 1)
  const include = options.find((value) => value.startsWith('--include='))?.slice('--include='.length)
  const recursive = careful || options.some((value) => /^-[a-zA-Z]*[rR]/.test(value))
  if (!recursive) return { names: roots.map((root) => known('', root, true)), separated: false }
  if (!careful && include === undefined && (roots.length === 0 || roots.some((root) => /^[./~]/.test(root)))) return null
  const below = roots.length === 0 ? ['.'] : roots
  return { names: below.map((root) => known('', `${root === '.' ? '' : `${root}/`}**${include === undefined ? '' : `/${include}`}`, true)), separated: options.some((value) => /^(-[a-zA-Z]*[Z0]|--null)/.test(value)) }
}

/** Whether grep only lets lines through: one pattern, no file, no option but those that choose lines. */
function filters(values: readonly string[]): boolean {
  const patterns = values.filter((value, index) => !value.startsWith('-') || values[index - 1] === '-e')
  return patterns.length === 1 && values.every((value) => !value.startsWith('-') || /^-[vEFiwx]*e?$/.test(value))
}

/** `git ls-files`, and what `git diff --name-only` prints: files that git knows, by the patterns that were given. */
function namesFromGit(args: readonly SimpleCommand['args'][number][]): Input {
  const values = args.map(({ value }) => value)
  if (values.some((value) => value === null)) return null
  const [subcommand, ...rest] = values.map((value) => value ?? '')
  if (subcommand === 'grep') return namesFromGitGrep(rest)
  const lists = subcommand === 'ls-files' || ((subcommand === 'diff' || subcommand === 'show') && rest.includes('--name-only'))
  if (!lists || rest.some((value) => value.startsWith('-') && !/^(-z|-c|-m|-s|-co|--cached|--modified|--others|-o|--exclude-standard|--name-only|--staged|--diff-filter=\w+|--)$/.test(value))) return null
  // Other files may be the ones that are left out of version control, such as files of secrets.
  if (rest.some((value) => /^(-o|-co|--others)$/.test(value)) && !rest.includes('--exclude-standard')) return null
  if (subcommand !== 'ls-files' && rest.some((value) => !value.startsWith('-') && !/^(HEAD|main|master|origin\/\w+)([~^.\w/]*)$/.test(value))) return null
  const patterns = subcommand === 'ls-files' ? rest.filter((value) => !value.startsWith('-')) : []
  if (patterns.some((pattern) => pattern.startsWith(':') || pattern.startsWith('..'))) return null
  const names = patterns.length === 0 ? [known('', '**', true)] : patterns.flatMap(spellings).map((pattern) => known('', pattern, true))
  return { names, separated: rest.includes('-z') }
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

/** A pattern of git matches in any folder where it has no slash, a leading star stands for a dot too, and a name alone may be a folder. */
function spellings(pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [pattern]
  const slash = pattern.lastIndexOf('/') + 1
  const name = pattern.slice(slash)
  const folder = slash === 0 ? '**/' : pattern.slice(0, slash)
  return /^[*?[]/.test(name) ? [`${folder}${name}`, `${folder}.${name.replace(/^(\?|\[[^\]]*\])/, '')}`] : [`${folder}${name}`]
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
