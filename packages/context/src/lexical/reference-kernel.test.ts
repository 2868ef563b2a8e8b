import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { encodeScan } from '../extract/encode-facts.ts'
import { languageOfPath } from '../extract/languages.ts'
import { factsOfScan } from '../extract/lexical-scan.ts'
import { quickScan } from '../extract/quick-scan.ts'
import { SymbolCollector } from '../graph/symbol-segment.ts'
import { languages, oddText } from '../testing/odd-texts.ts'
import { TermReader } from './term-reader.ts'
import { Vocabulary } from './vocabulary.ts'

const collector = () => {
  const { kernel } = new TermReader(Vocabulary.empty())
  const names = Vocabulary.empty()
  return { kernel, names, symbols: new SymbolCollector(names, kernel) }
}

/** What becomes of a text, once as the kernel does it and once the plain way. */
function bothWays() {
  const [lent, plain] = [collector(), collector()]
  return {
    add: (text: string, language: string | null) => {
      const first = quickScan(text, language, lent.kernel.loadAhead(text))
      const [facts, bytes] = [factsOfScan(first), encodeScan(first)]
      lent.symbols.add(first, null)
      const second = quickScan(text, language)
      assert.deepEqual(facts, factsOfScan(second))
      assert.deepEqual(bytes, encodeScan(second))
      plain.symbols.add(second, null)
    },
    agree: () => {
      assert.deepEqual(lent.symbols.take(), plain.symbols.take())
      assert.equal(lent.names.size, plain.names.size)
    },
  }
}

const pieces = fc.array(
  fc.oneof(
    oddText,
    fc.constantFrom('class A extends B, C { ', 'impl D for E { ', '\nf(g) }\n', 'h[i](j) ] ) }', '#if k\n{\n#else\n{\n#endif\n'),
  ),
)
const oddCode = pieces.map((parts) => parts.join(''))

describe('references and brackets of the kernel', () => {
  it('are those of the plain way, in each language, file by file and as a run', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(oddCode, fc.constantFrom(...languages)), { minLength: 1, maxLength: 5 }), (files) => {
        const both = bothWays()
        for (const [text, language] of files) both.add(text, language)
        both.agree()
      }),
      { numRuns: 500 },
    )
  })

  it('are those of the plain way for real code, run after run, whatever is between', () => {
    const samples = join(import.meta.dirname, '../../languages/__fixtures__')
    const both = bothWays()
    for (let run = 0; run < 2; run += 1) {
      for (const name of readdirSync(samples)) {
        const sample = readFileSync(join(samples, name), 'utf8')
        for (const text of [sample, `${sample}\n`.repeat(40), `${'a(b)[c]{'.repeat(30_000)}\n${sample}`])
          both.add(text, languageOfPath(name))
      }
      both.add('not in a language', null)
      both.add('const ü = ä(ö)\n', 'typescript')
      both.agree()
    }
  })

  it('stay right when words and names are numbered anew', () => {
    const both = bothWays()
    for (let round = 0; round < 5; round += 1) {
      both.add(Array.from({ length: 60_000 }, (_, at) => `w${round}x${at}`).join(' '), 'typescript')
      both.add('export function first() { return second(third) }\n', 'typescript')
    }
    both.agree()
  })

  it('give a text up that closes what was never opened, again and again, where there is much to look through', () => {
    const text = `${'('.repeat(40_000)}${'}'.repeat(40_000)}`
    const { kernel } = collector()
    assert.throws(() => quickScan(text, 'typescript', kernel.loadAhead(text)), { name: 'ScanTooLong' })
    assert.throws(() => quickScan(text, 'typescript'), { name: 'ScanTooLong' })
  })
})
