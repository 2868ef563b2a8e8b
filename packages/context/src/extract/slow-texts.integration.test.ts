import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { openIndex } from '../indexer/open-index.ts'
import { slowPieces, slowText } from '../testing/slow-texts.ts'
import { bracedLanguages } from './languages/braced.ts'
import { dataLanguages } from './languages/data.ts'
import { indentedLanguages } from './languages/indented.ts'
import { typedLanguages } from './languages/typed.ts'
import { lexicalScan } from './lexical-scan.ts'
import { ScanTooLong } from './scan/tokens.ts'

const languages = [...bracedLanguages, ...indentedLanguages, ...typedLanguages, ...dataLanguages].flatMap(({ id, syntax }) =>
  syntax === undefined && id !== 'markdown' ? [] : [id],
)
const length = 20_000
/** A scan of such a text takes 60 ms at worst on a quiet machine; without bounds, one of them takes minutes. */
const mostMs = 3000

/** Scans, and answers whether it was given up. */
function scanned(language: string, pieces: readonly string[], lines: boolean): boolean {
  const began = process.cpuUsage()
  let givenUp = false
  try {
    lexicalScan(slowText(pieces, length, lines), language)
  } catch (error) {
    assert.ok(error instanceof ScanTooLong, String(error))
    givenUp = true
  }
  const { user } = process.cpuUsage(began)
  assert.ok(user / 1000 < mostMs, `${language} took ${user / 1000} ms over ${JSON.stringify(pieces)}`)
  return givenUp
}

describe('a text that was made to be slow', () => {
  for (const language of languages)
    it(`ends in bounded time as ${language}`, () => {
      for (const piece of slowPieces) scanned(language, [piece], false)
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...slowPieces), { minLength: 2, maxLength: 5 }), fc.boolean(), (pieces, lines) => {
          scanned(language, pieces, lines)
        }),
        { numRuns: 25, seed: 7 },
      )
    })

  it('is given up where its length does not explain the work, and named, although it is scanned where it is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slow-'))
    try {
      mkdirSync(join(folder, 'tree'))
      const head = 'fun ordinary() {}\n'.repeat(4000) // what follows is no sign of minified text by then
      writeFileSync(join(folder, 'tree/slow.kt'), head + 'class A<'.repeat(20_000))
      writeFileSync(join(folder, 'tree/plain.kt'), 'fun plain() {}\n')
      const { signal } = new AbortController()
      using index = await openIndex({ root: join(folder, 'tree'), storeDirectory: join(folder, 'store') }, signal)
      const { files, report } = await index.update(signal)
      assert.deepEqual(
        files.map(({ path }) => path),
        ['plain.kt'],
      )
      assert.match(report.skipped.find(({ path }) => path === 'slow.kt')?.reason ?? '', /busy for far longer than its length explains/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
