import type { DefinitionKind, FileFacts, ReferenceKind } from '../extract/file-facts.ts'
import type { Vocabulary } from '../lexical/vocabulary.ts'

export const definitionKinds: readonly DefinitionKind[] = ['function', 'method', 'class', 'interface', 'type', 'enum', 'constant', 'module']
export const referenceKinds: readonly ReferenceKind[] = ['call', 'inherit', 'mention']

/** Definitions, references and imports of some files as columns; files are numbered from 0 within it, names by a vocabulary. */
export interface SymbolSegment {
  readonly definitionNames: Uint32Array
  readonly definitionFiles: Uint32Array
  readonly definitionStarts: Uint32Array
  readonly definitionEnds: Uint32Array
  readonly definitionKinds: Uint8Array
  readonly referenceNames: Uint32Array
  readonly referenceFiles: Uint32Array
  readonly referenceLines: Uint32Array
  readonly referenceKinds: Uint8Array
  readonly imports: readonly FileImport[]
}

export interface FileImport {
  readonly file: number
  readonly specifier: string
  readonly names: readonly string[]
}

/** Collects the facts of files, in the order given. */
export class SymbolSegmentBuilder {
  readonly #names: Vocabulary
  #file = 0
  readonly #definitions: number[] = []
  readonly #references: number[] = []
  readonly #imports: FileImport[] = []

  constructor(names: Vocabulary) {
    this.#names = names
  }

  add(facts: FileFacts): void {
    const file = this.#file
    for (const { name, startLine, endLine, kind } of facts.definitions) {
      this.#definitions.push(this.#names.addText(name), file, startLine, endLine, definitionKinds.indexOf(kind))
    }
    for (const { name, line, kind } of facts.references) {
      this.#references.push(this.#names.addText(name), file, line, referenceKinds.indexOf(kind))
    }
    for (const { specifier, names } of facts.imports) this.#imports.push({ file, specifier, names })
    this.#file += 1
  }

  /** References to names that no file of the segment defines lead nowhere, and are left out. */
  build(): SymbolSegment {
    const definition = columns(this.#definitions, 5)
    const defined = new Set(definition(0))
    const reference = columns(this.#references, 4, (name) => defined.has(name))
    return {
      definitionNames: definition(0),
      definitionFiles: definition(1),
      definitionStarts: definition(2),
      definitionEnds: definition(3),
      definitionKinds: Uint8Array.from(definition(4)),
      referenceNames: reference(0),
      referenceFiles: reference(1),
      referenceLines: reference(2),
      referenceKinds: Uint8Array.from(reference(3)),
      imports: this.#imports,
    }
  }
}

function columns(rows: readonly number[], width: number, isKept: (first: number) => boolean = () => true): (column: number) => Uint32Array {
  const kept: number[] = []
  for (let start = 0; start < rows.length; start += width) if (isKept(rows[start] ?? 0)) kept.push(start)
  return (column) => Uint32Array.from(kept, (start) => rows[start + column] ?? 0)
}
