import type { Definition, FileFacts } from './file-facts.ts'

/** From where a definition can be meant, as far as its language says so. */
export type Reach =
  | 'everywhere'
  /** Everywhere, and as what its file exports by default. */
  | 'default'
  /** In the source folder of its crate (Rust: `pub(crate)`). */
  | 'crate'
  /** In the folder of its file: a package of Go. */
  | 'folder'
  /** In the module that its module is part of, and below (Rust: `pub(super)`). */
  | 'parent'
  /** In its module and below (Rust). */
  | 'module'
  /** In files that import its file. */
  | 'importers'
  /** In its file alone. */
  | 'file'
  /** In the function that it stands in. */
  | 'function'

/** Their numbers in columns are their places here. */
export const reaches: readonly Reach[] = ['everywhere', 'default', 'crate', 'folder', 'parent', 'module', 'importers', 'file', 'function']

type ReachOf = (definition: Definition) => Reach

const everywhere: ReachOf = () => 'everywhere'
/** Before what it declares: `class A private constructor` is no private class. */
const privately = /^(?:(?!\b(?:class|interface|object|trait|fun|def|func|struct|enum|record)\b)[^(){}=])*?\b(?:file)?private\s/
const isPrivate = (signature: string): boolean => signature.includes('private') && privately.test(signature)
const privateTo =
  (reach: Reach): ReachOf =>
  ({ signature }) =>
    isPrivate(signature) ? reach : 'everywhere'

const byLanguage: Readonly<Record<string, ReachOf>> = {
  // Capital letters export.
  go: ({ name }) => (/^\p{Lu}/u.test(name) ? 'everywhere' : 'folder'),
  rust: reachOfRust,
  python: ({ name, container }) => (container === undefined && /^_[^_]/.test(name) ? 'importers' : 'everywhere'),
  c: reachOfC,
  cpp: reachOfC,
  java: privateTo('file'),
  kotlin: privateTo('file'),
  scala: privateTo('file'),
  swift: privateTo('file'),
  // A partial class or a trait may be spread over files.
  csharp: privateTo('folder'),
  php: privateTo('importers'),
  dart: ({ name }) => (name.startsWith('_') ? 'importers' : 'everywhere'),
  lua: ({ signature }) => (signature.startsWith('local ') ? 'file' : 'everywhere'),
  elixir: ({ signature }) => (/^(?:defp|defmacrop|defguardp)\b/.test(signature) ? 'file' : 'everywhere'),
  zig: ({ signature }) => (/^(?:pub|export)\b/.test(signature) ? 'everywhere' : 'file'),
}

/** Items are their module's own unless they say otherwise; what belongs to a type or trait may be its trait's to show. */
function reachOfRust({ kind, signature, container }: Definition): Reach {
  if (kind === 'method' || kind === 'module' || signature.startsWith('macro_rules')) return 'everywhere'
  if (container !== undefined && (kind === 'type' || kind === 'constant')) return 'everywhere'
  const shown = /^(?:#.*\]\s*)?pub\b\s*(?:\(\s*(\w+))?/.exec(signature)
  if (shown === null || shown[1] === 'self') return 'module'
  return shown[1] === undefined ? 'everywhere' : shown[1] === 'super' ? 'parent' : 'crate'
}

/** What is `static`, and what a macro is called, are known where their file is included. */
function reachOfC({ kind, signature, container }: Definition): Reach {
  if (container !== undefined || (kind !== 'function' && kind !== 'constant')) return 'everywhere'
  return /^#\s*define\b|(?:^|\s)static\s/.test(signature) ? 'importers' : 'everywhere'
}

const scripts: ReadonlySet<string> = new Set(['typescript', 'tsx', 'javascript', 'vue', 'svelte'])
/** Languages whose functions are their own scope for what is defined in them. */
const nesting: ReadonlySet<string> = new Set([
  ...scripts,
  'python',
  'rust',
  'kotlin',
  'scala',
  'swift',
  'dart',
  'csharp',
  'java',
  'lua',
  'r',
])

/** Answers the reach of each definition of a file, asked in their order. */
export function reachIn({ definitions, imports }: Pick<FileFacts, 'definitions' | 'imports'>, language: string | null): ReachOf {
  const own = scripts.has(language ?? '') ? reachOfScript(definitions, imports) : (byLanguage[language ?? ''] ?? everywhere)
  if (!nesting.has(language ?? '')) return own
  const isLocal = localNames()
  return (definition) => (isLocal(definition) ? 'function' : own(definition))
}

/** In a module, only what is exported leaves it; a script without exports shares all it has. */
function reachOfScript(definitions: FileFacts['definitions'], imports: FileFacts['imports']): ReachOf {
  const listed = new Set(imports.flatMap(({ specifier, names }) => (specifier === '' ? names : [])))
  const exports = (signature: string): boolean => /^(?:@.* )?export\s/.test(signature)
  const isModule = listed.size > 0 || definitions.some(({ signature, container }) => container === undefined && exports(signature))
  return ({ name, kind, signature, container }) => {
    if (name.startsWith('#') || isPrivate(signature)) return 'file'
    if (!isModule || container !== undefined || kind === 'module' || kind === 'method') return 'everywhere'
    if (exports(signature)) return /\bexport default\b/.test(signature) ? 'default' : 'everywhere'
    return listed.has(name) || /\bdeclare\s/.test(signature) ? 'everywhere' : 'file'
  }
}

/** Whether a definition stands within a function, and belongs to it alone; to be asked in the order of lines. */
function localNames(): (definition: Definition) => boolean {
  const open: Definition[] = []
  return (definition) => {
    while (open.length > 0 && (open.at(-1)?.endLine ?? 0) < definition.startLine) open.pop()
    const around = open.at(-1)
    open.push(definition)
    if (around === undefined || around.name !== definition.container || definition.kind === 'method') return false
    return (around.kind === 'function' || around.kind === 'method') && around.startLine < definition.startLine
  }
}
