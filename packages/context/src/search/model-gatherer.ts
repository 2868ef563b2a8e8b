import { joinSymbolRuns } from '../graph/symbol-segment.ts'
import type { Gatherer } from '../indexer/gatherer.ts'
import type { IndexedFile } from '../indexer/indexed-tree.ts'
import { joinTextRuns, type TextRun } from '../lexical/build-text-segment.ts'
import { GrowingColumn } from '../lexical/growing-column.ts'
import type { TermRows } from '../lexical/term-kernel.ts'
import { TermReader } from '../lexical/term-reader.ts'
import { Vocabulary, type VocabularyPart } from '../lexical/vocabulary.ts'
import { collectGarbage } from './collect-garbage.ts'
import { gatherSegment, type ModelRun } from './gather-segment.ts'
import type { ModelSegment, Vocabularies } from './model-segment.ts'

/** Joins what threads made of runs of files into one segment, the same whichever thread read what. */
export interface ModelGatherer extends Gatherer {
  /** The segment of exactly these files; undefined where they are not the ones that were read. To be called once, at the end. */
  segment(files: readonly IndexedFile[]): { readonly vocabularies: Vocabularies; readonly base: ModelSegment } | undefined
}

interface ThreadNumbers {
  readonly terms: GrowingColumn
  readonly names: GrowingColumn
}

export function createModelGatherer(): ModelGatherer {
  const terms = Vocabulary.empty()
  const names = Vocabulary.empty()
  const threads = new Map<number, ThreadNumbers>()
  let runs: { readonly paths: readonly string[]; readonly run: ModelRun }[] = []
  return {
    module: new URL('./gather-segment.ts', import.meta.url).href,
    exportName: gatherSegment.name,
    take: ({ thread, paths, value }) => {
      const run = value as ModelRun
      const known = threads.get(thread) ?? { terms: new GrowingColumn(), names: new GrowingColumn() }
      threads.set(thread, known)
      learn(terms, known.terms, run.terms)
      learn(names, known.names, run.names)
      renumber(run, known)
      if (paths.length > 0) runs.push({ paths, run })
    },
    segment: (files) => {
      const sorted = runs.sort(({ paths: [one = ''] }, { paths: [other = ''] }) => (one < other ? -1 : 1))
      runs = []
      if (!haveSamePaths(sorted, files)) return undefined
      // Symbols first, and each part is let go of once it is joined: the postings of the chunks need all the room that there is.
      const symbols = joinSymbolRuns(
        sorted.map(({ run }) => run.symbols),
        names.size,
      )
      const texts = sorted.map(({ run }) => run.text)
      sorted.length = 0
      const large = isLarge(texts)
      if (large) collectGarbage()
      const text = joinTextRuns(texts, terms.size, large ? collectGarbage : undefined)
      if (large) collectGarbage()
      return { vocabularies: { terms: new TermReader(terms), names }, base: { files, text, symbols } }
    },
  }
}

/** Where so many bytes of texts wait to be joined, what else is in memory is looked at before and afterwards. */
const largeBytes = 32_000_000

function isLarge(texts: readonly TextRun[]): boolean {
  return texts.reduce((sum, { chunks }) => sum + chunks.entries.byteLength + chunks.heads.byteLength, 0) > largeBytes
}

function haveSamePaths(runs: readonly { readonly paths: readonly string[] }[], files: readonly IndexedFile[]): boolean {
  let at = 0
  for (const { paths } of runs) for (const path of paths) if (files[at++]?.path !== path) return false
  return at === files.length
}

/** Notes under which number each entry that a thread numbered stands here. */
function learn(vocabulary: Vocabulary, numbers: GrowingColumn, { from, starts, units }: VocabularyPart): void {
  numbers.length = from
  for (let entry = 0; entry + 1 < starts.length; entry += 1)
    numbers.push(vocabulary.addPart(units, starts[entry] as number, starts[entry + 1] as number))
}

function renumber({ text, symbols }: ModelRun, { terms, names }: ThreadNumbers): void {
  for (const rows of [text.path, text.symbols, text.chunks]) renumberTerms(rows, terms)
  for (const numbers of [symbols.definitionNames, symbols.usedNames, symbols.otherNames])
    for (let row = 0; row < numbers.length; row += 1) numbers[row] = names.at(numbers[row] as number)
  const { chunkSymbols } = text
  for (let row = 0; row < chunkSymbols.length; row += 1) {
    const name = chunkSymbols[row] as number
    if (name >= 0) chunkSymbols[row] = names.at(name)
  }
}

/** Each row begins with its term. */
function renumberTerms({ heads }: TermRows, numbers: GrowingColumn): void {
  for (let head = 0; head < heads.length; head += 3) heads[head] = numbers.at(heads[head] as number)
}
