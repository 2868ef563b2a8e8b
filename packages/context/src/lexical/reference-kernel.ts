import type { Draft } from '../extract/scan/draft.ts'
import type { EncodedReferences, LentReferences } from '../extract/scan/find-references.ts'
import type { Lexicon } from '../extract/scan/lexicon.ts'
import type { ReferenceRun } from '../graph/reference-run.ts'
import type { KeepArray } from './term-kernel.ts'

/** A syntax, as the kernel numbers it. */
export type Syntax = number & { readonly syntax: unique symbol }

/** What of the kernel is about references (`kernel/facts.as`). */
export interface ReferenceExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly tokenCount: { value: number }
  readonly findReferences: (keywords: number, words: number) => number
  readonly referenceColumns: () => number
  readonly encodeReferences: (first: number) => number
  readonly encodedReferences: () => number
  readonly stringsOfText: () => number
  readonly stringBytes: { readonly value: number }
  readonly textWordCount: { readonly value: number }
  readonly roomForNames: (syntax: Syntax, words: number) => void
  readonly forgetNames: (syntax: Syntax) => void
  readonly addReference: (name: number, line: number, kind: number) => void
  readonly addReferences: (syntax: Syntax) => void
  readonly endFile: () => void
  readonly dropRun: () => void
  readonly namesOfRun: () => number
  readonly usesOfNames: () => number
  readonly countOfNames: () => number
  readonly bytesOfRun: () => number
  readonly countOfBytes: () => number
  readonly endsOfFiles: () => number
  readonly countOfFiles: () => number
}

/** As `kernel/facts.as` has it: room for so many references in its columns. */
const mostReferences = 50_000
/** Kinds of tokens for the kernel: a definition's name, which is no reference, and what a definition inherits from. */
const [nameToken, wordToken, baseToken] = [0, 1, 4]

/** The references of the text whose tokens the kernel holds, and those of a run of files. */
export class ReferenceKernel implements LentReferences {
  readonly #exports: ReferenceExports
  #lexicon: Lexicon | undefined
  #syntax = 0 as Syntax
  /** Which syntaxes know names, and how names are numbered. */
  readonly #named = new Set<Syntax>()
  #nameOf: ((text: string) => number) | undefined
  count = 0

  constructor(exports: ReferenceExports) {
    this.#exports = exports
  }

  /** The number of the name that a word is; for the kernel. */
  name(word: number): number {
    return this.#nameOf?.(this.#lexicon?.words.word(word) ?? '') ?? 0
  }

  /** As `findReferences` of extract/scan. What names definitions and bases is marked among the tokens, which are of no use afterwards. */
  find({ tokens, lexicon, names, bases }: Draft, syntax: Syntax): LentReferences {
    const { kinds } = tokens
    for (const base of bases.all) if (kinds[base] === wordToken) kinds[base] = baseToken
    for (const name of names.all) if (kinds[name] === wordToken || kinds[name] === baseToken) kinds[name] = nameToken
    this.#lexicon = lexicon
    this.#syntax = syntax
    this.#exports.tokenCount.value = tokens.count
    this.count = this.#exports.findReferences(lexicon.words.keywordCount, lexicon.words.size)
    return this
  }

  // Views of the memory as it is now: when it grows, earlier ones end.
  get words(): Int32Array {
    return new Int32Array(this.#exports.memory.buffer, this.#exports.referenceColumns(), this.count)
  }

  get lines(): Int32Array {
    return new Int32Array(this.#exports.memory.buffer, this.#exports.referenceColumns() + mostReferences * 4, this.count)
  }

  get kinds(): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer, this.#exports.referenceColumns() + mostReferences * 12, this.count)
  }

  encode(first: number): EncodedReferences {
    const { memory, encodeReferences, encodedReferences, stringsOfText, stringBytes, textWordCount } = this.#exports
    const length = encodeReferences(first)
    return {
      strings: new Uint8Array(memory.buffer, stringsOfText(), stringBytes.value),
      stringCount: textWordCount.value,
      bytes: new Uint8Array(memory.buffer, encodedReferences(), length),
    }
  }

  /** Begins a run whose names are numbered so. */
  begin(nameOf: (text: string) => number): void {
    this.#exports.dropRun()
    if (this.#nameOf === nameOf) return
    this.#nameOf = nameOf
    for (const syntax of this.#named) this.#exports.forgetNames(syntax)
  }

  /** Adds the references that were found last to the run. */
  addFound(): void {
    this.#named.add(this.#syntax)
    this.#exports.roomForNames(this.#syntax, this.#lexicon?.words.size ?? 0)
    this.#exports.addReferences(this.#syntax)
  }

  /** Adds one to the run; the kind is its place in `referenceKinds`. */
  add(name: number, line: number, kind: number): void {
    this.#exports.addReference(name, line, kind)
  }

  endFile(): void {
    this.#exports.endFile()
  }

  /** The run, in arrays of its own, or such as `keep` makes of what it is shown; the next one begins. */
  take(keep: KeepArray): ReferenceRun {
    const { memory, namesOfRun, usesOfNames, countOfNames, bytesOfRun, countOfBytes, endsOfFiles, countOfFiles, dropRun } = this.#exports
    const { buffer } = memory
    const run: ReferenceRun = {
      usedNames: keep(new Uint32Array(buffer, namesOfRun(), countOfNames())),
      uses: keep(new Uint32Array(buffer, usesOfNames(), countOfNames())),
      references: keep(new Uint8Array(buffer, bytesOfRun(), countOfBytes())),
      referenceEnds: keep(new Uint32Array(buffer, endsOfFiles(), countOfFiles())),
    }
    dropRun()
    return run
  }
}
