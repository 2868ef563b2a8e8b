import type { Pending } from './pending.ts'
import { giveUp, type ShellState } from './state.ts'
import { known, unknownWord, type Word } from './words.ts'

const executes = /^-(exec|execdir|ok|okdir)$/

/** Where the command that begins at an index ends; the number of words where it does not. */
function endOfCommand(args: readonly Word[], from: number): number {
  const end = args.findIndex(({ value }, at) => at > from && (value === ';' || (value === '+' && args[at - 1]?.value === '{}')))
  return end === -1 ? args.length : end
}

/** The commands that find runs, with what `{}` may stand for in its place. */
export function commandsOfFind(state: ShellState, pending: Pending, args: readonly Word[]): Pending[] {
  if (args.some(({ value }) => /^-(L|follow)$/.test(value ?? '')) && args.some(({ value }) => executes.test(value ?? '') || value === '-delete')) giveUp(state, 'find follows links and runs something on what it finds')
  const names = namesFound(args, '{}')
  const found = [...names ?? [unknownWord('{}')], ...pathFilters(args)]
  const below = names === null ? rootsOfFind(args) : null
  const commands: Pending[] = []
  // What it deletes is judged as if it were named to rm.
  if (args.some(({ value }) => value === '-delete')) commands.push({ ...pending, words: [known('rm', 'rm'), known('--', '--'), ...found], wrappers: [...pending.wrappers, 'find'] })
  for (let index = 0; index < args.length; index++) {
    if (!executes.test(args[index]?.value ?? '')) continue
    const end = endOfCommand(args, index)
    if (end === args.length) {
      giveUp(state, 'an -exec of find without an end')
      return commands
    }
    const inner = args.slice(index + 1, end)
    commands.push({ ...pending, words: filled(inner, below !== null && onlyLooks(inner) ? [...below, ...pathFilters(args)] : found), wrappers: [...pending.wrappers, 'find'] })
    index = end
  }
  return commands
}

const looking: ReadonlySet<string> = new Set('ls stat file wc du md5sum sha1sum sha256sum cksum basename dirname grep egrep fgrep'.split(' '))

/** Whether a command only looks at files as a search through their folder does, so that it may be given every file in it. */
export function onlyLooks([program, ...args]: readonly Word[]): boolean {
  return looking.has(program?.value ?? '') && args.every(({ value }) => value !== null && !/^(-[a-zA-Z]*f|--file|--exclude-from|--files0)/.test(value))
}

/** The folders that find goes through; null where one is not known, or what it runs on may lie elsewhere. */
export function rootsOfFind(args: readonly Word[]): Word[] | null {
  const values = args.map(({ value }) => value)
  if (values.some((value) => value !== null && /^(,|-files0-from|-L|-H|-follow)$/.test(value))) return null
  const start = values.findIndex((value) => value === null || /^[-(!]/.test(value))
  const roots = start === -1 ? args : args.slice(0, start)
  return roots.some(({ value, glob }) => value === null || glob) ? null : roots.length === 0 ? [known('.', '.')] : [...roots]
}

/** What a filter by path asks for is named as well; what one leaves out is not. */
function pathFilters(args: readonly Word[]): Word[] {
  const values = args.map(({ value }) => value ?? '')
  const leavesOut = (at: number) => /^(!|-not)$/.test(values[at - 1] ?? '') || values.slice(at + 2, at + 4).includes('-prune')
  return args.flatMap((word, index) => (/^-(i?path|i?wholename)$/.test(values[index - 1] ?? '') && !leavesOut(index - 1) && word.value !== null ? [known(word.source, word.value, true)] : []))
}

/** Words in which a mark, such as `{}`, is replaced by names that may stand there. */
export function filled(words: readonly Word[], found: readonly Word[], mark = '{}'): Word[] {
  return words.flatMap((word) => {
    if (word.value === mark) return found
    if (word.value?.includes(mark) !== true) return [word]
    const { source, value } = word
    return found.map((name) => (name.value === null ? unknownWord(source) : known(source, value.replaceAll(mark, () => name.value ?? ''), true)))
  })
}

/** What find may find, as far as its filters by name say; null where they say nothing. */
export function namesFound(args: readonly Word[], source: string): Word[] | null {
  const values = withoutExclusions(args.map(({ value }) => value))
  if (values.some((value) => value !== null && /^(,|!|-not|-files0-from|-L|-follow)$/.test(value))) return null
  const start = values.findIndex((value) => value === null || /^[-(!]/.test(value))
  const roots = start === -1 ? values : values.slice(0, start)
  const filters = alternatives(start === -1 ? [] : values.slice(start))
  if (filters === null) return null
  // Where hidden folders are left out, a name lies in none of them.
  const deep = args.some(({ value }) => /^(\.|\*)\/\.(\*|github\/\*)/.test(value ?? '')) && values.length < args.length ? '' : '**/'
  const names = (roots.length === 0 ? ['.'] : roots).map((root) => (root === null ? null : namesBelow(root, filters, deep, source)))
  return names.every((list) => list !== null) ? names.flat() : null
}

/** The name that each alternative asks for; empty: every name is found. Null where one of several asks for none. */
function alternatives(tests: readonly (string | null)[]): readonly string[] | null {
  const parts: (string | null)[][] = [[]]
  for (const test of tests) {
    if (test === '-o' || test === '-or') parts.push([])
    else parts.at(-1)?.push(test)
  }
  const prints = tests.some((test) => /^-print0?$/.test(test ?? ''))
  const printed = parts.filter((part) => !(prints && part.at(-1) === '-prune'))
  const filters = printed.map((part) => part.flatMap((test, index) => (/^-i?name$/.test(test ?? '') ? [part[index + 1] ?? null] : [])))
  if (printed.length === 1 && filters[0]?.length === 0) return []
  const names = filters.map(([only, ...others]) => (others.length > 0 || only === undefined ? null : only))
  return names.every((name) => name !== null && !/^[*?.]*$/.test(name)) ? names.filter((name) => name !== null) : null
}

/** `deep`: what stands between the folder and a name. */
function namesBelow(root: string, filters: readonly string[], deep: '**/' | '', source: string): Word[] | null {
  if (filters.length === 0) return reachesSettings(root) ? null : [known(source, `${root}/**`, true)]
  const names = filters.flatMap(spellings).map((name) => known(source, `${root}/${deep}${name}`, true))
  return reachesSettings(root) && !filters.every(isOrdinaryFile) ? [...names, unknownWord(source)] : names
}

/** `-not -path x` only takes away from what is found. */
function withoutExclusions(values: readonly (string | null)[]): (string | null)[] {
  return values.filter((_, index) => {
    const starts = (at: number) => /^(!|-not)$/.test(values[at] ?? '') && /^-i?(path|name)$/.test(values[at + 1] ?? '') && typeof values[at + 2] === 'string'
    return !starts(index) && !starts(index - 1) && !starts(index - 2)
  })
}

/** A leading wildcard of find stands for a dot too, which one of the shell does not. */
function spellings(filter: string): string[] {
  if (filter.startsWith('*')) return [filter, `.${filter}`]
  return /^[?[]/.test(filter) ? [filter, `.${filter.slice(filter.startsWith('?') ? 1 : filter.indexOf(']') + 1)}`] : [filter]
}

/** Whether files of the repository itself, such as .git/config, may lie below a root. */
function reachesSettings(root: string): boolean {
  return /^[./~]/.test(root)
}

/** Files with an extension lie in the work tree; what a repository keeps for itself has none, or one of these. */
function isOrdinaryFile(filter: string): boolean {
  if (/^[\w.-]+$/.test(filter) && !/^(\.git.*|config|head|orig_head|fetch_head|index|hooks|info|logs|objects|refs|packed-refs|description|exclude|branches|modules|worktrees|commondir|gitdir|shallow|credentials|attributes|[\w-]+\.sample)$/i.test(filter)) return true
  return /\.[a-z][a-z0-9]{0,9}$/i.test(filter) && !/\.(sample|pack|idx|lock|rev|bitmap|keep|graph)$/i.test(filter)
}

/** The words of find without the commands that it runs. */
export function withoutCommands(args: readonly Word[]): readonly Word[] {
  const kept: Word[] = []
  for (let index = 0; index < args.length; index++) {
    const word = args[index]
    if (word === undefined) continue
    if (!executes.test(word.value ?? '')) kept.push(word)
    else index = endOfCommand(args, index)
  }
  return kept
}
