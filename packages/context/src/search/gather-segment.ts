import { quickScan } from '../extract/quick-scan.ts'
import { SymbolCollector, type SymbolRun } from '../graph/symbol-segment.ts'
import type { Gathering } from '../indexer/gatherer.ts'
import { TextCollector, type TextRun } from '../lexical/build-text-segment.ts'
import { TermReader } from '../lexical/term-reader.ts'
import { Vocabulary, type VocabularyPart } from '../lexical/vocabulary.ts'
import { SharedSlabs } from './shared-slabs.ts'

/** A run of files on its way into a segment, with terms and names by the numbers of the thread that read it. */
export interface ModelRun {
  /** What the thread numbered since its last run. */
  readonly terms: VocabularyPart
  readonly names: VocabularyPart
  readonly text: TextRun
  readonly symbols: SymbolRun
}

/** Then a thread begins to number anew, so that its memory stays bounded. */
const mostNumbered = 400_000

/** A thread's part in building what is searched. */
export function gatherSegment(): Gathering {
  let work = begin()
  // Symbols are let go of before texts are joined.
  const [textSlabs, symbolSlabs] = [new SharedSlabs(), new SharedSlabs()]
  return {
    scan: (text, language) => quickScan(text, language, work.terms.kernel.loadAhead(text)),
    add: (path, text, facts, language) => {
      work.text.add({ path, text, definitions: facts.definitions })
      work.symbols.add(facts, language)
    },
    take: () => {
      const run: ModelRun = {
        ...textSlabs.moved({
          terms: work.terms.vocabulary.since(work.termsTaken),
          names: work.names.since(work.namesTaken),
          text: work.text.take((array) => textSlabs.copy(array)),
        }),
        symbols: symbolSlabs.moved(work.symbols.take((array) => symbolSlabs.copy(array))),
      }
      work.termsTaken = work.terms.vocabulary.size
      work.namesTaken = work.names.size
      if (Math.max(work.termsTaken, work.namesTaken) > mostNumbered) work = begin()
      return run
    },
  }
}

function begin() {
  const terms = new TermReader(Vocabulary.empty())
  const names = Vocabulary.empty()
  return {
    terms,
    names,
    text: new TextCollector(terms, (symbol) => names.addText(symbol)),
    symbols: new SymbolCollector(names, terms.kernel),
    termsTaken: 0,
    namesTaken: 0,
  }
}
