import { definitionKinds, type FileFacts, referenceKinds } from '../extract/file-facts.ts'
import { reaches, reachIn } from '../extract/reach.ts'
import type { QuickScan } from '../extract/quick-scan.ts'
import { GrowingColumn } from '../lexical/growing-column.ts'
import type { ReferenceKernel } from '../lexical/reference-kernel.ts'
import { copied, type KeepArray } from '../lexical/term-kernel.ts'
import type { Vocabulary } from '../lexical/vocabulary.ts'
import { importLine, type ImportRows } from './file-imports.ts'
import { countReferences, readReferences, type ReferenceRun } from './reference-run.ts'

/** Definitions, references and imports of some files as columns; files are numbered from 0 within it, names by a vocabulary. */
export interface SymbolSegment extends ImportRows {
  readonly definitionNames: Uint32Array
  readonly definitionFiles: Uint32Array
  readonly definitionStarts: Uint32Array
  readonly definitionEnds: Uint32Array
  readonly definitionKinds: Uint8Array
  /** From where each can be meant, by its place in `reaches`. */
  readonly definitionReaches: Uint8Array
  readonly referenceNames: Uint32Array
  readonly referenceFiles: Uint32Array
  readonly referenceLines: Uint32Array
  readonly referenceKinds: Uint8Array
}

/** A run of files on its way into a segment, with all references, wherever they lead. */
export interface SymbolRun extends ImportRows, ReferenceRun {
  readonly files: number
  readonly definitionNames: Uint32Array
  readonly definitionFiles: Uint32Array
  readonly definitionStarts: Uint32Array
  readonly definitionEnds: Uint32Array
  readonly definitionKinds: Uint32Array
  readonly definitionReaches: Uint32Array
  /** Names that definitions go by in files that import them under another one. */
  readonly otherNames: Uint32Array
}

/** Collects the facts of files, in the order given. */
export class SymbolCollector {
  readonly #names: Vocabulary
  #file = 0
  readonly #definitionNames = new GrowingColumn()
  readonly #definitionFiles = new GrowingColumn()
  readonly #definitionStarts = new GrowingColumn()
  readonly #definitionEnds = new GrowingColumn()
  readonly #definitionKinds = new GrowingColumn()
  readonly #definitionReaches = new GrowingColumn()
  readonly #otherNames = new GrowingColumn()
  readonly #references: ReferenceKernel
  readonly #importFiles = new GrowingColumn()
  #imports = ''

  /** The kernel is that of the texts, and at work for no other collector meanwhile. */
  constructor(names: Vocabulary, { references }: { readonly references: ReferenceKernel }) {
    this.#names = names
    this.#references = references
    references.begin((name) => names.addText(name))
  }

  add(facts: FileFacts | QuickScan, language: string | null): void {
    const reachOf = reachIn(facts, language)
    for (const definition of facts.definitions) {
      const { name, startLine, endLine, kind } = definition
      this.#definitionNames.push(this.#names.addText(name))
      this.#definitionFiles.push(this.#file)
      this.#definitionStarts.push(startLine)
      this.#definitionEnds.push(endLine)
      this.#definitionKinds.push(definitionKinds.indexOf(kind))
      this.#definitionReaches.push(reaches.indexOf(reachOf(definition)))
    }
    this.#addReferences(facts)
    this.#references.endFile()
    for (const one of facts.imports) {
      const line = importLine(one)
      if (line === null) continue
      this.#importFiles.push(this.#file)
      this.#imports += line
      for (const [, local] of one.renamed ?? []) this.#otherNames.push(this.#names.addText(local))
    }
    this.#file += 1
  }

  #addReferences(facts: FileFacts | QuickScan): void {
    if (facts.references === this.#references) return this.#references.addFound()
    const add = (name: string, line: number, kind: number) => this.#references.add(this.#names.addText(name), line, kind)
    if (!('words' in facts)) return facts.references.forEach(({ name, line, kind }) => add(name, line, referenceKinds.indexOf(kind)))
    const { words, references } = facts
    const { count, words: used, lines, kinds } = references
    for (let at = 0; at < count; at += 1) add(words?.word(used[at] as number) ?? '', lines[at] as number, kinds[at] as number)
  }

  /** The files since the last call; the largest arrays such as `keep` makes them. */
  take(keep: KeepArray = copied): SymbolRun {
    const run = {
      files: this.#file,
      definitionNames: this.#definitionNames.take(),
      definitionFiles: this.#definitionFiles.take(),
      definitionStarts: this.#definitionStarts.take(),
      definitionEnds: this.#definitionEnds.take(),
      definitionKinds: this.#definitionKinds.take(),
      definitionReaches: this.#definitionReaches.take(),
      otherNames: this.#otherNames.take(),
      ...this.#references.take(keep),
      importFiles: this.#importFiles.take(),
      importTexts: new Uint8Array(Buffer.from(this.#imports)),
    }
    this.#file = 0
    this.#imports = ''
    return run
  }
}

/** The segment that runs make, in their order. References to names that neither they nor `before` define lead nowhere, and are left out. */
export function joinSymbolRuns(runs: readonly SymbolRun[], names: number, before?: SymbolSegment): SymbolSegment {
  const firsts: number[] = []
  let files = 0
  for (const run of runs) {
    firsts.push(files)
    files += run.files
  }
  return {
    definitionNames: joined(runs, (run) => run.definitionNames),
    definitionFiles: joined(runs, (run) => run.definitionFiles, firsts),
    definitionStarts: joined(runs, (run) => run.definitionStarts),
    definitionEnds: joined(runs, (run) => run.definitionEnds),
    definitionKinds: new Uint8Array(joined(runs, (run) => run.definitionKinds)),
    definitionReaches: new Uint8Array(joined(runs, (run) => run.definitionReaches)),
    ...usedReferences(runs, firsts, definedNames(runs, names, before)),
    importFiles: joined(runs, (run) => run.importFiles, firsts),
    importTexts: joinedBytes(runs.map((run) => run.importTexts)),
  }
}

/** 1 for each name that something defines, or that stands for one which something defines. */
function definedNames(runs: readonly SymbolRun[], names: number, before?: SymbolSegment): Uint8Array {
  const defined = new Uint8Array(names)
  const mark = (some: Uint32Array): void => {
    for (const name of some) defined[name] = 1
  }
  for (const { definitionNames, otherNames } of runs) [definitionNames, otherNames].forEach(mark)
  if (before !== undefined) [before.definitionNames, before.referenceNames].forEach(mark)
  return defined
}

type References = Pick<SymbolSegment, 'referenceNames' | 'referenceFiles' | 'referenceLines' | 'referenceKinds'>

function usedReferences(runs: readonly SymbolRun[], firsts: readonly number[], defined: Uint8Array): References {
  const rows = runs.reduce((sum, run) => sum + countReferences(run, defined), 0)
  const found = {
    referenceNames: new Uint32Array(rows),
    referenceFiles: new Uint32Array(rows),
    referenceLines: new Uint32Array(rows),
    referenceKinds: new Uint8Array(rows),
  }
  let row = 0
  runs.forEach((run, at) => {
    const first = firsts[at] as number
    readReferences(run, defined, (name, file, line, kind) => {
      found.referenceNames[row] = name
      found.referenceFiles[row] = first + file
      found.referenceLines[row] = line
      found.referenceKinds[row++] = kind
    })
  })
  return found
}

/** One column of all runs; where it tells files, each run's are numbered on from its first. */
function joined(
  runs: readonly SymbolRun[],
  columnOf: (run: SymbolRun) => Uint32Array,
  firsts?: readonly number[],
): Uint32Array<ArrayBuffer> {
  const column = new Uint32Array(runs.reduce((sum, run) => sum + columnOf(run).length, 0))
  let at = 0
  runs.forEach((run, number) => {
    const own = columnOf(run)
    column.set(own, at)
    const first = firsts?.[number] ?? 0
    if (first > 0) for (let row = at; row < at + own.length; row += 1) column[row] = (column[row] as number) + first
    at += own.length
  })
  return column
}

function joinedBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts))
}
