import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { estimateTokens } from '@codeforge/domain/tokens'
import { packContext } from './pack.ts'
import { openCodeSearch } from './search/open-code-search.ts'
import { indexOf } from './testing/index-of.ts'
import { smallFiles, smallTree } from './testing/small-repository.ts'

const signal = new AbortController().signal
const files = {
  readText: (path: string) => Promise.resolve(smallFiles[path]?.text ?? ''),
  list: (path: string) =>
    Promise.resolve(
      path === '.'
        ? [
            { name: 'src', kind: 'folder' as const },
            { name: 'README.md', kind: 'file' as const },
          ]
        : Object.keys(smallFiles)
            .filter((name) => name.startsWith('src/'))
            .map((name) => ({ name: name.slice(4), kind: 'file' as const })),
    ),
}

async function searched() {
  const search = openCodeSearch({ root: '/nowhere', index: indexOf(smallTree()), commits: 0 })
  await search.refresh(signal)
  return search
}

describe('a context pack', () => {
  it('holds what the task is about, each piece with where it is from, why, and what found it', async () => {
    using search = await searched()
    const pack = await packContext({ prompt: 'parseQuery loses empty values', files, tokens: 4000, search }, signal)
    const entry = pack.entries.find(({ place }) => place?.path === 'src/parse-query.ts')
    assert.deepEqual([entry?.kind, entry?.provenance.split(':')[0]], ['hybrid', 'search'])
    assert.match(pack.text, /decodePair\(pair\)/)
    assert.deepEqual(new Set(pack.entries.map(({ kind }) => kind)), new Set(['summary', 'map', 'graph', 'hybrid']))
  })

  it('gives whole what the task names', async () => {
    using search = await searched()
    const pack = await packContext({ prompt: 'look at src/cache.ts', files, tokens: 2000, search }, signal)
    assert.equal(pack.entries.find(({ kind }) => kind === 'file')?.text, smallFiles['src/cache.ts']?.text)
  })

  it('never takes more tokens than it may', async () => {
    using search = await searched()
    for (let tokens = 0; tokens < 700; tokens += 50) {
      const pack = await packContext({ prompt: 'parseQuery in src/server.ts', files, tokens, search }, signal)
      assert.ok(estimateTokens(pack.text) <= tokens, `${tokens}: ${estimateTokens(pack.text)}`)
    }
  })

  it("takes the caller's memories and skills among its entries", async () => {
    using search = await searched()
    const memory = {
      kind: 'memory' as const,
      source: 'memory 1',
      reason: 'a past run noted it',
      provenance: 'memory',
      priority: 80,
      text: 'Queries may be empty.',
    }
    const pack = await packContext({ prompt: 'parseQuery', files, tokens: 600, search, extra: [memory] }, signal)
    assert.ok(pack.entries.some(({ kind, source }) => kind === 'memory' && source === 'memory 1'))
  })

  it('lists files where there is no search, and says so where a search failed', async () => {
    const broken = { pack: () => Promise.reject(new Error('the index is broken')) }
    const pack = await packContext({ prompt: 'anything', files, tokens: 500, search: broken }, signal)
    assert.match(pack.note, /^The search failed: the index is broken/)
    assert.match(pack.text, /src\/server\.ts/)
  })

  it("counts with the model's own tokenizer where it is known", async () => {
    using search = await searched()
    const request = { prompt: 'parseQuery', files, tokens: 600, search }
    assert.equal((await packContext({ ...request, model: 'openai/gpt-4o-mini' }, signal)).counted, 'tokenizer')
    assert.equal((await packContext({ ...request, model: 'some-model' }, signal)).counted, 'estimate')
  })
})
