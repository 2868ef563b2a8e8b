import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { indexOf } from '../testing/index-of.ts'
import { smallTree } from '../testing/small-repository.ts'
import { openCodeSearch } from './open-code-search.ts'

const signal = new AbortController().signal
const root = '/nowhere'

describe('code search', () => {
  it('builds its model once and then takes what it kept, with the same answers', async () => {
    const index = indexOf(smallTree())
    using first = openCodeSearch({ root, index })
    using second = openCodeSearch({ root, index })
    assert.equal((await first.refresh(signal)).from, 'built')
    assert.equal((await second.refresh(signal)).from, 'kept')
    assert.deepEqual(second.search('parse query'), first.search('parse query'))
    assert.deepEqual(second.map({ tokens: 300 }), first.map({ tokens: 300 }))
  })

  it('reads only what changed since', async () => {
    const index = indexOf(smallTree())
    using search = openCodeSearch({ root, index })
    await search.refresh(signal)
    index.update = () => Promise.resolve(smallTree({ 'src/new.ts': { text: 'export function renewToken() {}\n' } }))
    assert.equal((await search.refresh(signal)).from, 'adapted')
    assert.equal(search.symbol('renewToken')[0]?.path, 'src/new.ts')
  })

  it('keeps the graph of a tree that it knows exactly, and takes it for no other tree', async () => {
    const index = indexOf({ ...smallTree(), exact: true })
    using first = openCodeSearch({ root, index })
    using second = openCodeSearch({ root, index })
    await first.refresh(signal)
    const [map, related] = [first.map({ tokens: 300 }), first.related('decodePair')]
    let recalled = 0
    const recall = index.recall.bind(index)
    index.recall = (key) => {
      const bytes = recall(key)
      if (key === 'search graph' && bytes !== undefined) recalled += 1
      return bytes
    }
    await second.refresh(signal)
    assert.deepEqual([second.map({ tokens: 300 }), second.related('decodePair'), recalled], [map, related, 1])
    const text = "import { decodePair } from './parse-query.ts'\nexport const again = () => decodePair('a=b')\n"
    index.update = () => Promise.resolve({ ...smallTree({ 'src/new.ts': { text } }), exact: true })
    await second.refresh(signal)
    assert.ok(second.related('decodePair', { hops: 1 }).some(({ symbol }) => symbol === 'again'))
  })

  it('builds anew where what was kept is broken', async () => {
    const index = indexOf({ ...smallTree(), exact: true })
    index.remember('search model', () => [new Uint8Array([1, 2, 3])])
    index.remember('search graph', () => [new Uint8Array([1, 2, 3])])
    using search = openCodeSearch({ root, index })
    assert.equal((await search.refresh(signal)).from, 'built')
    assert.notEqual(search.map({ tokens: 300 }).text, '')
  })

  it('knows where a name is defined and used, and what is near it', async () => {
    using search = openCodeSearch({ root, index: indexOf(smallTree()) })
    await search.refresh(signal)
    assert.deepEqual(
      search.symbol('parseQuery').map(({ path, startLine, kind }) => [path, startLine, kind]),
      [['src/parse-query.ts', 1, 'function']],
    )
    assert.deepEqual(search.references('parseQuery'), [{ path: 'src/server.ts', line: 5, kind: 'call', within: 'handleRequest' }])
    const [near] = search.related('decodePair')
    assert.deepEqual([near?.symbol, near?.score, near?.way[0]?.kind], ['parseQuery', 0.7, 'call'])
    assert.deepEqual(search.related('./src/../src/server.ts'), search.related('src/server.ts'))
    assert.ok(search.related('src/server.ts').length > 0)
    assert.deepEqual(
      search.symbol('cache').map(({ name }) => name),
      ['ResponseCache'],
    )
  })

  it('knows uses under another name, also in a file that changed since', async () => {
    const index = indexOf(smallTree())
    using search = openCodeSearch({ root, index })
    await search.refresh(signal)
    const text =
      "import { parseQuery as read, decodePair } from './parse-query.ts'\nexport const one = () => read('a=b')\nexport const two = decodePair\n"
    index.update = () => Promise.resolve(smallTree({ 'src/new.ts': { text } }))
    assert.equal((await search.refresh(signal)).from, 'adapted')
    const own = (name: string) =>
      search.references(name).flatMap(({ path, line, kind }) => (path === 'src/new.ts' ? [`${line} ${kind}`] : []))
    assert.deepEqual(own('parseQuery'), ['1 mention', '2 call'])
    assert.deepEqual(own('decodePair'), ['1 mention', '3 mention'])
    const users = search.related('parseQuery', { hops: 1 }).map(({ path, symbol }) => `${path} ${symbol}`)
    assert.ok(users.includes('src/new.ts one'), users.join(', '))
  })

  it('says how probable it is that a task touches a file', async () => {
    using search = openCodeSearch({ root, index: indexOf(smallTree()) })
    await search.refresh(signal)
    const [first, second] = search.predictFiles('ResponseCache evicts too early')
    assert.equal(first?.path, 'src/cache.ts')
    assert.ok(first.probability > 0.3 && first.probability < 1 && (second?.probability ?? 0) < first.probability)
  })

  it('says with a pack what the task was taken to be about', async () => {
    using search = openCodeSearch({ root, index: indexOf(smallTree()) })
    await search.refresh(signal)
    const { keywords = [] } = await search.pack(
      { task: 'The ResponseCache evicts too early, please fix the ResponseCache', tokens: 2000 },
      signal,
    )
    assert.deepEqual([keywords[0]?.text, keywords[0]?.score], ['ResponseCache', 1])
    assert.ok(!keywords.some(({ text }) => text === 'The' || text === 'too'))
  })

  it('says what to do where nothing was read yet', () => {
    using search = openCodeSearch({ root, index: indexOf(smallTree()) })
    assert.throws(() => search.search('x'), /call refresh first/)
  })
})
