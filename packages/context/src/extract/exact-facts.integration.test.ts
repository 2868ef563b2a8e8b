import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { exactFacts, TookTooLong } from './exact-facts.ts'
import { loadGrammar } from './grammar.ts'
import { languageOfPath } from './languages.ts'

const folder = new URL('../../languages/__fixtures__/', import.meta.url)
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<string, unknown>

/** What a grammar finds, in a form that reads well. */
async function found(name: string) {
  const language = languageOfPath(name) ?? ''
  const grammar = await loadGrammar(language)
  assert.ok(grammar !== null, `${name} has no grammar`)
  const facts = exactFacts(grammar, readFileSync(new URL(name, folder), 'utf8'), language, 20_000)
  return {
    definitions: facts.definitions.map(
      ({ kind, name, container, startLine, endLine }) =>
        `${kind} ${container === undefined ? '' : `${container}.`}${name} ${startLine}-${endLine}`,
    ),
    uses: facts.references.filter(({ kind }) => kind !== 'mention').map(({ kind, name, line }) => `${kind} ${name} ${line}`),
    imports: facts.imports.map(({ specifier, names }) => (names.length === 0 ? specifier : `${specifier} {${names.join(' ')}}`)),
  }
}

describe('the grammar of', () => {
  for (const name of readdirSync(folder).filter((one) => one !== 'expected.json')) {
    it(`${languageOfPath(name)} finds what is defined, used and imported`, async () => {
      assert.deepEqual(await found(name), expected[name])
    })
  }

  it('any language gives up when its time is over', async () => {
    const grammar = await loadGrammar('typescript')
    assert.ok(grammar !== null)
    assert.throws(() => exactFacts(grammar, 'const a = [1, 2, 3]\n'.repeat(20_000), 'typescript', 1), TookTooLong)
    assert.equal(exactFacts(grammar, 'const a = 1', 'typescript', 10_000).definitions.length, 1)
  })
})
