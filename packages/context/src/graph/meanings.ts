import { firstOf } from './compressed-rows.ts'
import type { BoundNames } from './bind-names.ts'
import type { GraphFile, ImportLinks } from './import-targets.ts'
import { familyOf } from './language-family.ts'
import { type Sight, sightOf } from './sight.ts'
import type { SymbolTable } from './symbol-table.ts'

/** A definition that a name may mean, and how sure that is, 0 to 1. */
export interface Meaning {
  readonly definition: number
  readonly sure: number
}

const confidence = { sameFile: 1, importedByName: 0.95, imported: 0.9, onlyOne: 0.7, oneOfSeveral: 0.5 } as const
/** A name defined in more places than this leads nowhere when nothing else tells which is meant. */
const mostMeanings = 6
/** Definitions that are gone through in the time that one is searched for. */
const costOfSearch = 8
const nothingBound: BoundNames = new Map()

/** What names mean in one file after the other. */
export class Meanings {
  readonly #symbols: SymbolTable
  readonly #links: ImportLinks
  /** Of each file. */
  readonly #families: readonly string[]
  readonly #sight: Sight
  #file = -1
  /** What the file under way imports, in the order of files. */
  #imported: readonly number[] = []
  /** For each file of the tree, its place among those that are imported, from 1 on; 0 for others. */
  readonly #places: Uint32Array
  /** Numbers of the names that are taken out of each. */
  #names: readonly ReadonlySet<number>[] = []
  #bound: BoundNames = nothingBound
  /** By family, what names mean from wherever in it they are used. */
  readonly #related = new Map<string, Map<number, readonly Meaning[]>>()

  constructor(symbols: SymbolTable, files: readonly (GraphFile | undefined)[], links: ImportLinks) {
    this.#symbols = symbols
    this.#links = links
    this.#families = files.map((file) => familyOf(file?.language ?? null))
    this.#sight = sightOf(symbols, files)
    this.#places = new Uint32Array(files.length)
  }

  enter(file: number): void {
    for (const one of this.#imported) this.#places[one] = 0
    const sorted = [...(this.#links.taken.get(file) ?? [])].sort(([one], [other]) => one - other)
    this.#file = file
    this.#imported = sorted.map(([one]) => one)
    this.#names = sorted.map(([, { names }]) => new Set(Array.from(names, (name) => this.#symbols.names.findText(name))))
    this.#bound = this.#links.bound.get(file) ?? nothingBound
    this.#imported.forEach((one, at) => (this.#places[one] = at + 1))
  }

  /** The definitions a name may mean on a line: those of the file, else those imported, else those of its name in the same family of languages that can be meant from here. */
  of(name: number, line: number): readonly Meaning[] {
    const { definitionFiles, definitionStarts } = this.#symbols.columns
    const all = this.#symbols.definitionsOf(name)
    const found: Meaning[] = []
    for (
      let at = firstOf(all, definitionFiles, this.#file);
      at < all.length && definitionFiles[all[at] as number] === this.#file;
      at += 1
    ) {
      const definition = all[at] as number
      if (definitionStarts[definition] === line) return [] // the name in its own definition
      found.push({ definition, sure: confidence.sameFile })
    }
    if (found.length > 0) return found
    const bound = this.#bound.get(name)
    if (bound !== undefined) return bound.map((definition) => ({ definition, sure: confidence.importedByName }))
    const imported = this.#importedMeanings(all, name)
    return imported.length > 0 ? imported : this.#relatedMeanings(all, name)
  }

  /** How sure it is that a name means a definition of an imported file; 0 where the file is not imported, or keeps it to itself. */
  #sure(definition: number, name: number): number {
    const place = this.#places[this.#symbols.columns.definitionFiles[definition] as number] as number
    if (place === 0) return 0
    if (this.#names[place - 1]?.has(name) === true) return confidence.importedByName
    return this.#sight.isSeen(definition, this.#file, true) ? confidence.imported : 0
  }

  /** Rows are in the order of files: a name that a thousand files define is looked for in those that are imported, not in all of them. */
  #importedMeanings(all: Uint32Array, name: number): readonly Meaning[] {
    if (this.#imported.length === 0) return []
    const { definitionFiles } = this.#symbols.columns
    const found: Meaning[] = []
    const add = (definition: number): void => {
      const sure = this.#sure(definition, name)
      if (sure > 0) found.push({ definition, sure })
    }
    if (all.length < this.#imported.length * costOfSearch) all.forEach(add)
    else
      for (const file of this.#imported)
        for (let at = firstOf(all, definitionFiles, file); at < all.length && definitionFiles[all[at] as number] === file; at += 1)
          add(all[at] as number)
    return found
  }

  #relatedMeanings(all: Uint32Array, name: number): readonly Meaning[] {
    const family = this.#families[this.#file] as string
    const known = this.#related.get(family) ?? new Map<number, readonly Meaning[]>()
    this.#related.set(family, known)
    const before = known.get(name)
    if (before !== undefined) return before
    const { rows, bounded } = this.#relatedRows(all, family)
    const sure = rows.length === 1 ? confidence.onlyOne : confidence.oneOfSeveral / rows.length
    const meanings = rows.map((definition) => ({ definition, sure }))
    if (!bounded) known.set(name, meanings)
    return meanings
  }

  /** None where there are too many; `bounded` where another file of the family may see others. */
  #relatedRows(all: Uint32Array, family: string): { readonly rows: readonly number[]; readonly bounded: boolean } {
    const { definitionFiles } = this.#symbols.columns
    const rows: number[] = []
    let bounded = false
    for (const definition of all) {
      if (this.#families[definitionFiles[definition] as number] !== family) continue
      const isBounded = this.#sight.isBounded(definition)
      bounded ||= isBounded
      if (isBounded && !this.#sight.isSeen(definition, this.#file, false)) continue
      if (rows.length === mostMeanings) return { rows: [], bounded }
      rows.push(definition)
    }
    return { rows, bounded }
  }
}
