import type { SymbolSegment } from '../graph/symbol-segment.ts'
import { joinSymbolRuns, SymbolCollector } from '../graph/symbol-segment.ts'
import type { IndexedFile, IndexedTree } from '../indexer/indexed-tree.ts'
import type { TextSegment } from '../lexical/build-text-segment.ts'
import { joinTextRuns, TextCollector } from '../lexical/build-text-segment.ts'
import type { TermReader } from '../lexical/term-reader.ts'
import type { Vocabulary } from '../lexical/vocabulary.ts'

/** What is searched of some files of a tree, in the order of `files`. */
export interface ModelSegment {
  readonly files: readonly IndexedFile[]
  readonly text: TextSegment
  readonly symbols: SymbolSegment
}

/** Terms and names that all segments of a model share. */
export interface Vocabularies {
  readonly terms: TermReader
  /** Names of symbols as they are written. */
  readonly names: Vocabulary
}

/** Reads the texts and facts of files, which may use what a segment before them defines; a text that cannot be read is empty. */
export function buildSegment(
  tree: IndexedTree,
  files: readonly IndexedFile[],
  { terms, names }: Vocabularies,
  { signal, before }: { readonly signal?: AbortSignal | undefined; readonly before?: ModelSegment } = {},
): ModelSegment {
  const text = new TextCollector(terms, (symbol) => names.addText(symbol))
  const symbols = new SymbolCollector(names, terms.kernel)
  for (const file of files) {
    signal?.throwIfAborted()
    const facts = tree.facts(file)
    const content = file.kind === 'minified' || file.kind === 'binary' ? '' : (tree.text(file) ?? '')
    text.add({ path: file.path, text: content, definitions: facts.definitions })
    symbols.add(facts, file.language)
  }
  const run = symbols.take()
  return { files, text: joinTextRuns([text.take()], terms.vocabulary.size), symbols: joinSymbolRuns([run], names.size, before?.symbols) }
}
