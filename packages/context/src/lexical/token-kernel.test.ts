import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { languageOf, languageOfPath } from '../extract/languages.ts'
import { factsOfScan } from '../extract/lexical-scan.ts'
import { quickScan } from '../extract/quick-scan.ts'
import { lexiconOf } from '../extract/scan/lexicon.ts'
import { tokenise, tokeniseBy } from '../extract/scan/tokenise.ts'
import { Tokens } from '../extract/scan/tokens.ts'
import { languages, oddText } from '../testing/odd-texts.ts'
import { TermReader } from './term-reader.ts'
import { Vocabulary } from './vocabulary.ts'

/** Each token with all that is known of it, words as they are written. */
function listed(tokens: Tokens, language: string) {
  const { words } = lexiconOf(syntaxOf(language))
  return Array.from({ length: tokens.count }, (_, at) => [
    tokens.kinds[at],
    tokens.starts[at],
    tokens.ends[at],
    tokens.lines[at],
    tokens.kinds[at] === 1 ? words.word(tokens.words[at] ?? -1) : tokens.words[at],
  ])
}

function syntaxOf(language: string) {
  const syntax = languageOf(language)?.syntax
  assert.ok(syntax)
  return syntax
}

describe('the tokens of the kernel', () => {
  const { kernel } = new TermReader(Vocabulary.empty())

  it('are those of the plain way, in each language', () => {
    fc.assert(
      fc.property(oddText, fc.constantFrom(...languages), (one, language) => {
        const lexicon = lexiconOf(syntaxOf(language))
        const plain = new Tokens()
        tokenise(one, lexicon, plain)
        const tokeniser = kernel.loadAhead(one)
        if (tokeniser === undefined) return assert.match(one, /[^\0-\x7f]/)
        const tokens = new Tokens()
        tokeniseBy(tokeniser, one, lexicon, tokens)
        assert.deepEqual(listed(tokens, language), listed(plain, language))
        assert.deepEqual([...tokens.lineStarts.subarray(0, tokens.lineCount)], [...plain.lineStarts.subarray(0, plain.lineCount)])
      }),
      { numRuns: 2000 },
    )
  })

  it('come to an end where a text ends in the middle of something', () => {
    const openings = ['a`b', '`${"', "a'", '"', '"""', '/[', '/* ', 'r#"', '@"', '%w[', '<<A', "$'", '']
    for (const language of languages) {
      const lexicon = lexiconOf(syntaxOf(language))
      for (const one of openings.flatMap((opening) => [opening, `${opening}\\`, `${opening}x\\`])) {
        const [plain, tokens] = [new Tokens(), new Tokens()]
        tokenise(one, lexicon, plain)
        tokeniseBy(kernel.loadAhead(one) ?? assert.fail(), one, lexicon, tokens)
        assert.deepEqual(listed(tokens, language), listed(plain, language), one)
        assert.ok(
          [...plain.ends.subarray(0, plain.count)].every((end) => end <= one.length),
          `${language}: ${one}`,
        )
      }
    }
  })

  it('give the same facts of real code, of more tokens than there was room for at first', () => {
    const samples = join(import.meta.dirname, '../../languages/__fixtures__')
    for (const name of readdirSync(samples)) {
      const language = languageOfPath(name)
      const sample = readFileSync(join(samples, name), 'utf8')
      for (const one of [sample, `${sample}\n`.repeat(60), `${'{}'.repeat(40_000)}\n${sample}`]) {
        const plain = factsOfScan(quickScan(one, language))
        assert.deepEqual(factsOfScan(quickScan(one, language, kernel.loadAhead(one))), plain, name)
      }
    }
  })

  it('stay right while short texts are counted aside, and when words are dealt anew', () => {
    const documents = kernel.documents()
    const one = 'export function first() { return second }\n'
    const before = factsOfScan(quickScan(one, 'typescript'))
    for (let round = 0; round < 5; round += 1) {
      const many = Array.from({ length: 60_000 }, (_, at) => `w${round}x${at}`).join(' ')
      quickScan(many, 'typescript', kernel.loadAhead(many))
      const tokeniser = kernel.loadAhead(one)
      kernel.countAside(documents, 'some/path.ts')
      assert.deepEqual(factsOfScan(quickScan(one, 'typescript', tokeniser)), before)
    }
  })
})
