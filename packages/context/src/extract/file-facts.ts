/** What kind of thing a definition makes. */
export type DefinitionKind = 'function' | 'method' | 'class' | 'interface' | 'type' | 'enum' | 'constant' | 'module'

/** Their numbers in bytes and columns are their places here. */
export const definitionKinds: readonly DefinitionKind[] = ['function', 'method', 'class', 'interface', 'type', 'enum', 'constant', 'module']

/** Something a file defines, with the lines it covers (counted from 1, both included). */
export interface Definition {
  readonly name: string
  readonly kind: DefinitionKind
  readonly startLine: number
  readonly endLine: number
  /** The head of the definition on one line, without its body, at most 200 characters. */
  readonly signature: string
  /** Name of the definition that this one stands in. */
  readonly container?: string
}

/** How a name is used: called, inherited from, or otherwise mentioned. */
export type ReferenceKind = 'call' | 'inherit' | 'mention'

/** Their numbers in bytes and columns are their places here. */
export const referenceKinds: readonly ReferenceKind[] = ['call', 'inherit', 'mention']

/** A name that a file uses, once for each line it is used on. */
export interface Reference {
  readonly name: string
  readonly line: number
  readonly kind: ReferenceKind
}

/** What a file takes from elsewhere, as it is written there. */
export interface Import {
  /** The module as the file names it: `./a`, `pkg.mod`, `crate::a`, `<stdio.h>`; empty for the file itself, which hands its own names on under others. */
  readonly specifier: string
  /** Names taken out of it; `*` for all of them; empty where the module itself is taken. */
  readonly names: readonly string[]
  readonly line: number
  /** Those that go by another name from here on; absent where none does. */
  readonly renamed?: readonly Renaming[]
}

/** A name as it is called where it is from (empty for the module itself, `default` for what it exports so), and as this file calls it. */
export type Renaming = readonly [name: string, local: string]

/** What was learnt of one text, in the order of its lines. */
export interface FileFacts {
  readonly definitions: readonly Definition[]
  readonly references: readonly Reference[]
  readonly imports: readonly Import[]
  /** Whether a grammar read it (true) or only the quick scan (false). */
  readonly exact: boolean
}

/** Facts of a file nothing is known of. */
export const noFacts: FileFacts = { definitions: [], references: [], imports: [], exact: false }
