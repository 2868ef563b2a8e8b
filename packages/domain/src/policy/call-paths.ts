import type { Json } from '@codeforge/contracts/blob'
import type { ShellAnalysis, ShellWord } from '@codeforge/contracts/shell-analysis'
import { isOrdinary } from './paths.ts'
import { shellTool, writingTools, type CallPath, type PolicyCall, type RealPaths } from './policy-call.ts'

const pathKeys: ReadonlySet<string> = new Set('path paths file files filename filenames filepath filepaths dir dirs directory folder root cwd glob source src destination dest target uri'.split(' '))

/** Letter case and underscores differ from tool to tool. */
function isPathKey(key: string): boolean {
  return pathKeys.has(key) || pathKeys.has(key.toLowerCase().replaceAll('_', ''))
}

const mostDepth = 4
/** Tools that do nothing without a path. */
const needPath: ReadonlySet<string> = new Set(['read_file', 'write_file', 'edit_file', 'apply_patch'])
const unknownPath = { path: null, source: '(no path)', glob: false } as const

/** Names under which callers give the directory of a command; our own tool has the first. */
export const directoryNames: ReadonlySet<string> = new Set(['directory', 'cwd', 'workdir', 'working_directory'])

/** Arguments of the shell tool that change nothing that a command does. */
const harmless: ReadonlySet<string> = new Set(['command', 'timeout', 'timeout_seconds', 'description'])

/** An argument of a shell call that nobody knows: it may change what the command does, as an environment would. */
export function unknownShellArgument({ args }: PolicyCall): string | undefined {
  return Object.keys(args).find((name) => !harmless.has(name) && !directoryNames.has(name))
}

/** The paths that a call names in its arguments; for the shell tool only its directory, the rest is in the analysis. */
export function argumentPaths({ tool, args }: PolicyCall): readonly CallPath[] {
  if (tool === shellTool) return [...directoryNames].flatMap((name) => strings(args[name] ?? null)).map((path) => ({ path, source: path, glob: false, access: 'read' }))
  const access = writingTools.has(tool) ? 'write' : 'read'
  const named: CallPath[] = []
  for (const key in args) for (const path of ofArgument(key, args[key] ?? null, tool, access)) named.push(path)
  return named.length === 0 && needPath.has(tool) ? [{ ...unknownPath, access }] : named
}

const none: readonly CallPath[] = []

function ofArgument(key: string, value: Json, tool: string, access: CallPath['access']): readonly CallPath[] {
  if (isPathKey(key) || (tool === 'glob_files' && key === 'pattern')) return pathsIn(value, tool, access)
  if (typeof value === 'object' && value !== null) return nested(value, tool, access, 1)
  if (tool !== 'apply_patch' || key !== 'patch' || typeof value !== 'string') return none
  return patchPaths(value).map((path) => ({ path, source: path, glob: false, access }))
}

/** A path may also stand deeper in the arguments, under a name that says so. */
function nested(value: Json, tool: string, access: CallPath['access'], depth: number): CallPath[] {
  if (typeof value !== 'object' || value === null) return []
  if (depth > mostDepth) return [{ ...unknownPath, source: '(arguments too deep)', access }]
  if (Array.isArray(value)) return value.flatMap((item) => nested(item, tool, access, depth + 1))
  return Object.entries(value).flatMap(([key, inner]) => (isPathKey(key) ? pathsIn(inner, tool, access) : nested(inner, tool, access, depth + 1)))
}

function pathsIn(value: Json, tool: string, access: CallPath['access']): CallPath[] {
  if (typeof value === 'string') return [pathOf(value, tool, access)]
  return (Array.isArray(value) ? value : [value]).flatMap((item) => (item === null ? [] : [pathOf(item, tool, access)]))
}

function pathOf(item: Json, tool: string, access: CallPath['access']): CallPath {
  if (typeof item === 'string' && isOrdinary(item)) return { path: item, source: item, glob: false, access }
  if (typeof item !== 'string' || item === '' || hasTwin(item) || (item.includes('://') && isAddress.test(item))) return { ...unknownPath, source: JSON.stringify(item), access }
  // Our own tools take a wildcard for a character, but for the one that looks for names.
  const glob = wildcard.test(item) && (tool === 'glob_files' || !ownTool.test(tool))
  return { path: item, source: item, glob, access }
}

const wildcard = /[*?[{]/
/** What other file systems take for a separator or for the names that the repository keeps, and hidden names in letters that only look alike. */
const twin = /\\|(^|\/)git~\d|(^|\/)\.(git|env)[. ]+(\/|$)|(^|\/)\.(git|env)[^/]*:|(^|\/)\.[^/]*[\u0130\u0131\u017f\u0370-\u052f]/i
/** Without one of these signs in its place no alternative fits: most paths are told apart like that. */
function hasTwin(path: string): boolean {
  return (path.startsWith('.') || path.includes('/.') || path.includes('~') || path.includes('\\')) && twin.test(path)
}

const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i
const ownTool = /^[a-z]+_files?$|^apply_patch$/

function strings(value: Json): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The same analysis as seen from the directory in which the command runs. */
export function seenFrom(analysis: ShellAnalysis, directory: string): ShellAnalysis {
  const move = <Path extends { readonly path: string | null }>(named: Path): Path =>
    named.path === null || /^[/~]/.test(named.path) ? named : { ...named, path: `${directory}/${named.path}` }
  return { ...analysis, redirects: analysis.redirects.map(move), commands: analysis.commands.map((command) => ({ ...command, paths: command.paths.map(move) })) }
}

/** The same analysis with absolute paths below the workspace written as relative ones where patterns look at them; the paths themselves are placed anyway. */
export function seenInside(analysis: ShellAnalysis, workspace: string | null): ShellAnalysis {
  if (workspace === null) return analysis
  const start = `${workspace.replace(/\/+$/, '')}/`
  const names = ({ value }: ShellWord) => value !== null && (value === start.slice(0, -1) || value.includes(start)) && !value.includes('..')
  if (!analysis.commands.some(({ args }) => args.some(names))) return analysis
  const seen = (text: string) => (text === start.slice(0, -1) ? '.' : text.replaceAll(start, '') || '.')
  const commands = analysis.commands.map((command) => ({ ...command, args: command.args.map((word) => (names(word) ? { ...word, value: seen(word.value ?? ''), prefix: seen(word.prefix) } : word)) }))
  return { ...analysis, commands }
}

/** Paths with the places besides where their links lead. */
export function withRealPaths(paths: readonly CallPath[], realPaths: RealPaths | undefined): readonly CallPath[] {
  if (realPaths === undefined || paths.length === 0) return paths
  return paths.flatMap((named) => {
    // Devices are no places: /dev/stdin leads to whatever the process has open.
    if (named.path === null || named.path === '' || named.path.includes('\0') || /^\/(dev|proc)\//.test(named.path)) return [named]
    const led = realPaths(named.path, named.glob).flatMap((path) => (path === named.path ? [] : [{ ...named, path, glob: false }]))
    return [named, ...led]
  })
}

/** The files that a patch names: in git's and in plain unified headers, and in the begin-patch form that some models write. */
export function patchPaths(patch: string): string[] {
  const found = new Set<string>()
  for (const line of patch.split(/\r?\n/)) {
    const plain = /^(?:---|\+\+\+) ("?)(.+?)\1(?:\t.*)?$/.exec(line)?.[2]
    if (plain !== undefined && plain !== '/dev/null') found.add(plain.replace(/^[ab]\//, ''))
    const moved = /^(?:rename|copy) (?:from|to) ("?)(.+)\1$/.exec(line)?.[2]
    if (moved !== undefined) found.add(moved)
    const begun = /^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+)$/.exec(line)?.[1]
    if (begun !== undefined) found.add(begun.trim())
    const git = /^diff --git ("?)a\/(.+)\1 ("?)b\/(.+)\3$/.exec(line)
    if (git?.[2] !== undefined && git[4] !== undefined) found.add(git[2]).add(git[4])
  }
  return [...found]
}
