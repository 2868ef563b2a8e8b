import type { DefinitionKind, FileFacts, ReferenceKind } from '../extract/file-facts.ts'
import type { Vocabulary } from '../lexical/vocabulary.ts'
import { GrowingColumns } from './growing-columns.ts'

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
  readonly #definitions = new GrowingColumns(5)
  readonly #references = new GrowingColumns(4)
  readonly #imports: FileImport[] = []

  constructor(names: Vocabulary) {
    this.#names = names
  }

  add(facts: FileFacts): void {
    const file = this.#file
    for (const { name, startLine, endLine, kind } of facts.definitions) {
      this.#definitions.add(this.#names.addText(name), file, startLine, endLine, definitionKinds.indexOf(kind))
    }
    for (const { name, line, kind } of facts.references) {
      this.#references.add(this.#names.addText(name), file, line, referenceKinds.indexOf(kind))
    }
    for (const { specifier, names } of facts.imports) this.#imports.push({ file, specifier, names })
    this.#file += 1
  }

  /** References to names that no file of the segment defines lead nowhere, and are left out. */
  build(): SymbolSegment {
    const definition = (column: number) => this.#definitions.column(column)
    const used = this.#usedReferences()
    const reference = (column: number) => this.#references.column(column, used)
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

  #usedReferences(): Uint32Array {
    const defined = new Uint8Array(this.#names.size)
    for (let row = 0; row < this.#definitions.rows; row += 1) defined[this.#definitions.at(row, 0)] = 1
    const used = new Uint32Array(this.#references.rows)
    let count = 0
    for (let row = 0; row < used.length; row += 1) if (defined[this.#references.at(row, 0)] === 1) used[count++] = row
    return used.slice(0, count)
  }
}
