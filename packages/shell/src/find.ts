import type { Pending } from './pending.ts'
import { giveUp, type ShellState } from './state.ts'
import { known, unknownWord, type Word } from './words.ts'

/** The commands that find runs, with what `{}` may stand for in its place. */
export function commandsOfFind(state: ShellState, pending: Pending, args: readonly Word[]): Pending[] {
  const values = args.map(({ value }) => value)
  const found = namesFound(args, '{}') ?? [unknownWord('{}')]
  const commands: Pending[] = []
  for (let index = 0; index < args.length; index++) {
    if (!/^-(exec|execdir|ok|okdir)$/.test(values[index] ?? '')) continue
    const end = values.findIndex((value, at) => at > index && (value === ';' || (value === '+' && values[at - 1] === '{}')))
    if (end === -1) {
      giveUp(state, 'an -exec of find without an end')
      return commands
    }
    commands.push({ ...pending, words: filled(args.slice(index + 1, end), found), wrappers: [...pending.wrappers, 'find'] })
    index = end
  }
  return commands
}

/** Words in which a mark, such as `{}`, is replaced; within a longer word it is not known. */
export function filled(words: readonly Word[], found: readonly Word[], mark = '{}'): Word[] {
  return words.flatMap((word) => {
    if (word.value === mark) return found
    return [word.value?.includes(mark) === true ? unknownWord(word.source) : word]
  })
}

/** What find may find, as far as its one filter by name says; null where it says nothing. */
export function namesFound(args: readonly Word[], source: string): Word[] | null {
  const values = withoutExclusions(args.map(({ value }) => value))
  if (values.some((value) => value !== null && /^(-o|-or|,|!|-not|-files0-from)$/.test(value))) return null
  const filters = values.flatMap((value, index) => (/^-i?name$/.test(value ?? '') ? [values[index + 1]] : []))
  const roots = values.slice(0, values.findIndex((value) => value === null || /^[-(!]/.test(value)))
  const root = roots.length === 0 ? '.' : roots[0]
  const [filter] = filters
  if (roots.length > 1 || filters.length !== 1 || typeof root !== 'string' || typeof filter !== 'string' || /^[*?.]*$/.test(filter)) return null
  const names = spellings(filter).map((name) => known(source, `${root}/${name}`, true))
  return reachesSettings(root) && !isOrdinaryFile(filter) ? [...names, unknownWord(source)] : names
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
  return /\.[a-z][a-z0-9]{0,9}$/i.test(filter) && !/\.(sample|pack|idx|lock|rev|bitmap|keep|graph)$/i.test(filter)
}
