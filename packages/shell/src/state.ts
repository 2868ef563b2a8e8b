import type { ShellPath, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { SyntaxNode } from './syntax.ts'
import type { Word } from './words.ts'

/** What has been found so far; shared by the whole analysis. */
export interface Findings {
  readonly commands: SimpleCommand[]
  readonly redirects: ShellPath[]
  readonly unknown: Set<string>
  /** Something may set the variable PWD, which then no longer says where the shell is. */
  movesPwd: boolean
  /** Something may have gone to another folder. */
  moves: boolean
  /** Something may have taken `set -e` back, or never let it hold. */
  keepsGoing: boolean
  /** Nothing of the shell runs after the command that is walked. */
  endsThere: boolean
  /** Texts of traps, which run at any later point, with where they were set. */
  readonly traps: { readonly state: ShellState; readonly text: Word }[]
}

/** A function defined in the text. `certain`: whatever happened before, it is defined. */
export interface KnownFunction {
  readonly body: SyntaxNode
  readonly certain: boolean
  called: boolean
}

/** Where a point of the script stands: known variables, possible directories. Mutable while walking; branches take copies. */
export interface ShellState {
  readonly found: Findings
  variables: Map<string, Word>
  /** Variables that a function may change at any time. */
  readonly volatile: Set<string>
  /** Possible working directories; null: not known. */
  directories: readonly string[] | null
  /** Where the shell was before each `pushd` that no `popd` has taken back. */
  pushed: readonly ShellState['directories'][]
  /** Where it was before it last went elsewhere; undefined: nobody knows, as at the beginning. */
  previous: ShellState['directories'] | undefined
  /** Where a command of its own fails at the top of the text, the text ends: `set -e`. */
  endsOnFailure: boolean
  /** The file names that come on the input, where that is known. `separated`: each ends in a null character, so none can pass for two. `below`: folders in which files lie whose names are not known. `columns`: the names stand behind other words of their lines. `atStart`: what stands before the first colon of a line, which is no name as a whole. */
  input: { readonly names: readonly Word[]; readonly separated: boolean; readonly below?: readonly Word[]; readonly columns?: true; readonly atStart?: readonly Word[] } | null
  /** The text on the input, from a here-document or here-string without expansions; null where there is none, or it is not known. */
  stdin: string | null
  /** What is printed goes to another program, not to a screen. */
  piped: boolean
  /** Functions and aliases of this text, by name. */
  functions: Map<string, KnownFunction[]>
  readonly defined: { readonly state: ShellState; readonly known: KnownFunction }[]
  aliases: Map<string, string | null>
  /** Functions that call themselves: each call may start ever more processes. */
  readonly recursive: Set<string>
  /** How many scripts deep: `bash -c` within `bash -c`. */
  readonly depth: number
  /** Walks one statement. It travels with the state, so that words, redirections and compounds need not import what imports them. */
  readonly walk: (state: ShellState, node: SyntaxNode) => void
  /** Parses a text that is a script of its own and hands its root to `use`; false where it has an error. */
  readonly parse: (text: string, use: (root: SyntaxNode) => void) => boolean
}

export const limits = { characters: 64 * 1024, nodeDepth: 150, scriptDepth: 5, commands: 1000, directories: 4, loopItems: 32 } as const

/** Variables that the shell itself sets as it goes: whatever was assigned to them, their value is not known. */
const ofShell: ReadonlySet<string> = new Set('_ REPLY PWD OLDPWD RANDOM SRANDOM SECONDS LINENO EPOCHSECONDS EPOCHREALTIME DIRSTACK PIPESTATUS OPTARG OPTIND COLUMNS LINES HISTCMD UID EUID PPID GROUPS FUNCNAME'.split(' '))

/** What a variable holds here; undefined where that is not known, or may change at any time. */
export function heldBy(state: ShellState, name: string): Word | undefined {
  return isVolatile(state, name) ? undefined : state.variables.get(name)
}

/** Whether the shell, or a function, may change a variable at any time. */
export function isVolatile({ volatile }: ShellState, name: string): boolean {
  return ofShell.has(name) || volatile.has(name)
}

/** Notes why the analysis does not cover everything. */
export function giveUp(state: ShellState, reason: string): void {
  if (state.found.unknown.size < 20) state.found.unknown.add(reason.slice(0, 200))
}

/** Walks the statements below a node one after another. After each, the directory may be the one before it or the one it went to. */
export function walkSequence(state: ShellState, node: SyntaxNode): void {
  for (const child of node.namedChildren) {
    const before = state.directories
    // What runs in the background is a shell of its own.
    state.walk(child.nextSibling?.type === '&' ? fork(state) : state, child)
    if (state.directories !== before && !isSure(state, node, child)) state.directories = eitherDirectory(before, state.directories)
  }
}

/** Whether what follows a statement only runs where it succeeded. */
function isSure(state: ShellState, node: SyntaxNode, child: SyntaxNode): boolean {
  if (child.nextSibling?.type === '&') return false
  return leavesOnFailure(child) || (state.endsOnFailure && !state.found.keepsGoing && state.depth === 0 && node.type === 'program' && child.type === 'command')
}

/** `cd a || exit 1`: whoever comes past it is in the folder. */
export function leavesOnFailure(node: SyntaxNode): boolean {
  const operator = node.type === 'list' ? node.children.find(({ isNamed }) => !isNamed)?.type : undefined
  return operator === '||' && /^exit( \d+)?$/.test(node.namedChildren[1]?.text ?? '')
}

/** Walks the code inside a substitution: a shell of its own. */
export function walkSubstitution(state: ShellState, node: SyntaxNode): void {
  node.seen = true
  walkSequence(fork(state), node)
}

/** A copy for a branch or subshell: what happens there does not happen here. */
export function fork(state: ShellState): ShellState {
  return { ...state, variables: copied(state.variables) }
}

/** Most texts assign nothing: an empty map is made in less time than copied. */
function copied(variables: ShellState['variables']): ShellState['variables'] {
  return variables.size === 0 ? new Map() : new Map(variables)
}

/** Directories of either way. */
export function eitherDirectory(a: ShellState['directories'], b: ShellState['directories']): ShellState['directories'] {
  if (a === null || b === null) return null
  if (a === b && a.length === 1) return a
  const both = [...new Set([...a, ...b])]
  return both.length > limits.directories ? null : both
}

/** Takes over what is certain after one of several branches, or none of them, ran. */
export function mergeBranches(state: ShellState, branches: readonly ShellState[]): void {
  if (state.variables.size > 0) keepCertain(state, branches)
  state.directories = branches.reduce((directories, branch) => eitherDirectory(directories, branch.directories), state.directories)
  if (branches.every(({ pushed, previous }) => pushed === state.pushed && previous === state.previous)) return
  // Which way was taken is not known, and so neither is the way back.
  state.pushed = [null]
  state.previous = null
}

function keepCertain(state: ShellState, branches: readonly ShellState[]): void {
  for (const [name, value] of [...state.variables]) {
    if (!branches.every((branch) => isSame(value, branch.variables.get(name)))) state.variables.delete(name)
  }
}

function isSame(value: Word, other: Word | undefined): boolean {
  if (value === other) return true
  return other?.value === value.value && other.numeric === value.numeric && other.either === value.either && sameList(value.more ?? [], other.more ?? [])
}

function sameList(one: readonly Word[], other: readonly Word[]): boolean {
  return one.length === other.length && one.every(({ value }, index) => value === other[index]?.value)
}

/** Takes over where another shell state is, and how it came there. */
export function follow(state: ShellState, { directories, pushed, previous }: Pick<ShellState, 'directories' | 'pushed' | 'previous'>): void {
  state.directories = directories
  state.pushed = pushed
  state.previous = previous
}
