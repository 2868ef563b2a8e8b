import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { openCodeSearch } from '../search/open-code-search.ts'
import { indexOf } from '../testing/index-of.ts'
import { meaningFiles, meaningOf, meaningScene } from '../testing/meaning-scene.ts'
import { treeOf } from '../testing/tree-of.ts'

const signal = AbortSignal.timeout(20_000)
const query = 'throw stale answers away'
const changedPaint = { text: 'export function paint(door) {\n  return door.colour\n}\n' }
const pathsOf = (hits: readonly { readonly path: string }[]) => hits.map(({ path }) => path)
const down = () => {
  throw new CodeForgeError('llm-unauthorized', 'The model endpoint answered 401.')
}

describe('search by meaning', () => {
  test('finds what no word of the query says, and says why', async () => {
    const { search } = meaningScene()
    await search.refresh(signal)
    assert.deepEqual(search.search(query), [])
    await search.embed(signal)
    const {
      hits: [first],
      semantic,
    } = await search.find(query, {}, signal)
    assert.deepEqual([first?.path, first?.why[0]?.text], ['src/cache.ts', 'it means something similar'])
    assert.deepEqual([semantic.used, semantic.text], [true, 'words, graph and meaning: all chunks are embedded'])
  })

  test('leans on the configured weights', async () => {
    const { search } = meaningScene({ settings: { bm25Weight: 1, semanticWeight: 0 } })
    await search.refresh(signal)
    await search.embed(signal)
    assert.deepEqual((await search.find(query, {}, signal)).hits, [])
  })

  test('without configuration answers as before and says so', async () => {
    const search = openCodeSearch({ root: '/nowhere', index: indexOf(treeOf(meaningFiles)), commits: 0 })
    await search.refresh(signal)
    const { hits, semantic } = await search.find('paint the window', {}, signal)
    assert.deepEqual(hits, search.search('paint the window'))
    assert.deepEqual(
      [semantic.used, semantic.text, await search.embed(signal)],
      [false, 'lexical and graph only: no embeddings endpoint is configured', semantic],
    )
  })

  test('once all chunks are embedded, what that cost is known: nobody asks again', async () => {
    const { search, requests } = meaningScene({ settings: { batchTexts: 1 } })
    await search.refresh(signal)
    const seen: (readonly [embedded: number, tokens: number | undefined])[] = []
    await search.embed(signal, ({ embedded, use }) => {
      seen.push([embedded, use?.tokens])
    })
    assert.equal(requests.length, 4)
    assert.deepEqual(seen, [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ])
  })

  test('sends nothing before it is asked to embed, and never a protected or an empty file', async () => {
    const { search, requests, sent } = meaningScene()
    await search.refresh(signal)
    assert.equal((await search.find(query, {}, signal)).semantic.text, 'lexical and graph only: no chunk is embedded yet')
    assert.equal(requests.length, 0)
    const { chunks, embedded } = await search.embed(signal)
    assert.deepEqual([chunks, embedded], [4, 4])
    assert.deepEqual(
      sent().map((text) => text.split('\n')[0]?.split(' ')[0]),
      ['src/cache.ts', 'src/paint.ts', 'src/parse.ts', 'src/read.ts'],
    )
    assert.ok(!sent().some((text) => text.includes('PASSWORD')))
  })

  test('sends no more texts and bytes at once than it may', async () => {
    const { search, requests } = meaningScene({ settings: { batchTexts: 3 } })
    await search.refresh(signal)
    await search.embed(signal)
    assert.deepEqual(
      requests.map(({ texts }) => texts.length),
      [3, 1],
    )
    const tight = meaningScene({ settings: { batchBytes: 100 } })
    await tight.search.refresh(signal)
    await tight.search.embed(signal)
    assert.ok(tight.requests.every(({ texts }) => texts.length === 1 || texts.join('').length <= 100))
  })

  test('what was embedded once is not sent again: not by another process, not after a change elsewhere', async () => {
    const index = indexOf(treeOf(meaningFiles))
    const first = meaningScene({ index })
    await first.search.refresh(signal)
    await first.search.embed(signal)
    const changed = treeOf({ ...meaningFiles, 'src/paint.ts': changedPaint })
    const later = meaningScene({ index: { ...index, update: async () => changed } })
    await later.search.refresh(signal)
    await later.search.embed(signal)
    assert.deepEqual(
      later.sent().map((text) => text.split(' ')[0]),
      ['src/paint.ts'],
    )
    assert.equal(pathsOf((await later.search.find(query, {}, signal)).hits)[0], 'src/cache.ts')
  })

  test('vectors of another model are not taken for its own', async () => {
    const index = indexOf(treeOf(meaningFiles))
    const first = meaningScene({ index })
    await first.search.refresh(signal)
    await first.search.embed(signal)
    const other = meaningScene({ index, settings: { model: 'another' } })
    await other.search.refresh(signal)
    await other.search.embed(signal)
    assert.equal(other.sent().length, 4)
  })

  test('the same query is sent once', async () => {
    const { search, requests } = meaningScene()
    await search.refresh(signal)
    await search.embed(signal)
    for (let time = 0; time < 3; time += 1) await search.find(query, {}, signal)
    assert.equal(requests.filter(({ texts }) => texts[0] === query).length, 1)
  })

  test('says how much is embedded while that goes on, and answers meanwhile', async () => {
    const { promise: goOn, resolve } = Promise.withResolvers<undefined>()
    const { search, requests } = meaningScene({
      settings: { batchTexts: 1 },
      reply: async ({ texts }) => {
        if (requests.length === 3) await goOn
        return { vectors: texts.map(meaningOf), tokens: 1, costMicroUsd: null }
      },
    })
    await search.refresh(signal)
    const seen: number[] = []
    const embedding = search.embed(signal, ({ embedded }) => seen.push(embedded))
    while (requests.length < 3)
      await new Promise((done) => {
        setImmediate(done)
      })
    const { semantic } = await search.find(query, {}, signal)
    assert.deepEqual([semantic.used, semantic.text], [true, 'words, graph and meaning: 50 % of chunks embedded so far'])
    resolve(undefined)
    assert.equal((await embedding).embedded, 4)
    assert.deepEqual(seen, [1, 2, 3, 4])
  })

  test('what was read while something was embedded is embedded after it', async () => {
    const { promise: goOn, resolve } = Promise.withResolvers<undefined>()
    let tree = treeOf(meaningFiles)
    const { search, requests } = meaningScene({
      index: { ...indexOf(tree), update: async () => tree },
      reply: async ({ texts }) => {
        await goOn
        return { vectors: texts.map(meaningOf), tokens: 1, costMicroUsd: null }
      },
    })
    await search.refresh(signal)
    const first = search.embed(signal)
    while (requests.length === 0)
      await new Promise((done) => {
        setImmediate(done)
      })
    tree = treeOf({ ...meaningFiles, 'src/paint.ts': changedPaint })
    await search.refresh(signal)
    const second = search.embed(signal)
    resolve(undefined)
    await first
    const { chunks, embedded } = await second
    assert.deepEqual([chunks, embedded, requests.map(({ texts }) => texts.length)], [4, 4, [4, 1]])
  })

  test('of a tree that was read anew it is known what is left to embed, and half a look says nothing', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`src/${at}.ts`, { text: `export function work${at}() {}\n` }]))
    let tree = treeOf(files)
    const { search } = meaningScene({ index: { ...indexOf(tree), update: async () => tree } })
    await search.refresh(signal)
    await search.embed(signal)
    tree = treeOf({ ...files, 'src/39.ts': changedPaint })
    await search.refresh(signal)
    const looking = search.semanticNow(signal)
    const seen = new Set<string>()
    const look = { over: false }
    void looking.finally(() => {
      look.over = true
    })
    while (!look.over) {
      const { chunks, embedded } = search.semantic()
      seen.add(`${embedded} of ${chunks}`)
      await new Promise((done) => {
        setImmediate(done)
      })
    }
    const { chunks, embedded } = await looking
    assert.deepEqual([[...seen], `${embedded} of ${chunks}`], [['40 of 40'], '39 of 40'])
  })

  test('vectors beyond the memory that they may take are found all the same', async () => {
    const { search } = meaningScene({ settings: { mostBytes: 70 } })
    await search.refresh(signal)
    await search.embed(signal)
    const { hits, semantic } = await search.find(query, {}, signal)
    assert.deepEqual([pathsOf(hits)[0], semantic.embedded], ['src/cache.ts', 4])
    const none = meaningScene({ settings: { mostBytes: 0 } })
    await none.search.refresh(signal)
    await none.search.embed(signal)
    assert.equal(pathsOf((await none.search.find(query, {}, signal)).hits)[0], 'src/cache.ts')
  })
})

describe('an embeddings endpoint that fails', () => {
  test('costs its share of the ranking and not the answer, and is left alone for a while', async () => {
    const scene = meaningScene({ reply: ({ texts }) => (texts[0] === query ? down() : undefined) })
    await scene.search.refresh(signal)
    await scene.search.embed(signal)
    const ask = async () => (await scene.search.find(query, {}, signal)).semantic
    assert.match((await ask()).text, /^lexical and graph only: all chunks are embedded \(The model endpoint answered 401\)$/)
    const before = scene.requests.length
    await ask()
    assert.equal(scene.requests.length, before)
    await scene.clock.advance(31_000)
    await ask()
    assert.equal(scene.requests.length, before + 1)
  })

  test('while embedding keeps what was paid for, and goes on from there later', async () => {
    const scene = meaningScene({ settings: { batchTexts: 2 }, reply: (_, count) => (count === 2 ? down() : undefined) })
    await scene.search.refresh(signal)
    const failed = await scene.search.embed(signal)
    assert.deepEqual([failed.embedded, failed.trouble], [2, 'The model endpoint answered 401.'])
    await scene.search.embed(signal)
    assert.equal(scene.requests.length, 2)
    await scene.clock.advance(61_000)
    const healed = await scene.search.embed(signal)
    assert.deepEqual([healed.embedded, healed.trouble, scene.requests.length], [4, null, 3])
  })

  test('is tried again where that may help', async () => {
    const scene = meaningScene({
      reply: (_, count) => {
        if (count < 3) throw new CodeForgeError('llm-rate-limited', 'slow down', { details: { retryAfterMs: 5000 } })
        return undefined
      },
    })
    await scene.search.refresh(signal)
    const embedding = scene.search.embed(signal)
    for (const count of [1, 2]) {
      while (scene.requests.length < count)
        await new Promise((done) => {
          setImmediate(done)
        })
      await new Promise((done) => {
        setImmediate(done)
      })
      await scene.clock.advance(6000)
    }
    assert.equal((await embedding).embedded, 4)
  })

  test('that takes its time holds no search up', async () => {
    const scene = meaningScene({
      settings: { queryMs: 20 },
      reply: ({ texts }) => (texts[0] === query ? new Promise<never>(() => undefined) : undefined),
    })
    await scene.search.refresh(signal)
    await scene.search.embed(signal)
    assert.match((await scene.search.find(query, {}, signal)).semantic.text, /did not answer within 20 ms/)
  })

  test('and changes the length of its vectors is not believed', async () => {
    const scene = meaningScene({
      settings: { batchTexts: 2 },
      reply: ({ texts }, count) =>
        count === 2 ? { vectors: texts.map(() => Float32Array.of(1, 2)), tokens: 1, costMicroUsd: null } : undefined,
    })
    await scene.search.refresh(signal)
    const { embedded, trouble } = await scene.search.embed(signal)
    assert.deepEqual([embedded, /2 numbers where others of its model have 64/.test(trouble ?? '')], [2, true])
  })

  test('and takes no text of some length loses that text only', async () => {
    const scene = meaningScene({
      reply: ({ texts }) => {
        if (texts.some((text) => text.includes('paint'))) throw new CodeForgeError('llm-context-overflow', 'too long')
        return undefined
      },
    })
    await scene.search.refresh(signal)
    const { embedded, chunks, trouble } = await scene.search.embed(signal)
    assert.deepEqual([embedded, chunks, trouble], [3, 3, null])
  })

  test('and refuses everything is not asked for every text', async () => {
    const scene = meaningScene({
      reply: () => {
        throw new CodeForgeError('llm-bad-request', 'There is no such model.')
      },
    })
    await scene.search.refresh(signal)
    const { trouble } = await scene.search.embed(signal)
    assert.deepEqual([trouble, scene.requests.length < 8], ['There is no such model.', true])
  })

  test("where the day's limit is used up says so", async () => {
    const scene = meaningScene({
      reply: () => {
        throw new CodeForgeError('budget-exhausted', 'The limit of 100 tokens for today is used up.')
      },
    })
    await scene.search.refresh(signal)
    const { text } = await scene.search.embed(signal)
    assert.equal(text, 'lexical and graph only: 0 % of chunks embedded so far (The limit of 100 tokens for today is used up)')
  })
})
