import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bindHistory, buildHistory } from '../history/history-index.ts'
import { smallTree } from '../testing/small-repository.ts'
import { adaptModel, buildModel } from './code-model.ts'
import { searchTree } from './search-tree.ts'

const paths = (hits: readonly { readonly path: string }[]) => hits.map(({ path }) => path)

describe('search over a tree', () => {
  const model = buildModel(smallTree())

  it('finds the file that defines what the query names, with place and reason', () => {
    const [first] = searchTree(model, undefined, 'decodePair loses empty values')
    assert.equal(first?.path, 'src/parse-query.ts')
    assert.deepEqual([first.startLine, first.endLine, first.symbol, first.language], [1, 6, 'parseQuery', 'typescript'])
    assert.ok(first.why.some(({ signal }) => signal === 'definitions'))
  })

  it('finds inflected words and parts of identifiers', () => {
    assert.equal(paths(searchTree(model, undefined, 'evicting cached responses'))[0], 'src/cache.ts')
  })

  it('gives distinct files where files are asked for, and only below a folder where one is named', () => {
    const hits = paths(searchTree(model, undefined, 'parse query cache server', { files: true }))
    assert.equal(new Set(hits).size, hits.length)
    assert.deepEqual(paths(searchTree(model, undefined, 'parses queries', { under: './README.md' })), ['README.md'])
  })

  it('finds a name that the query writes as two words, before files that hold the words apart', () => {
    const tree = smallTree({
      'src/one.ts': { text: 'export const shared = new ConnectionPool()\n' },
      'src/two.ts': { text: 'export const shared = pool(connection())\n' },
    })
    const [first] = searchTree(buildModel(tree), undefined, 'close idle connection pools', { files: true })
    assert.equal(first?.path, 'src/one.ts')
    assert.ok(first.why.some(({ signal }) => signal === 'compounds'))
  })

  it('leans on the size of files only where little is known of the past', () => {
    const bySize = (changes: number) =>
      searchTree(model, changes === 0 ? undefined : pastOf(changes), 'evict stale entries', { files: true })[0]?.why.some(
        ({ signal }) => signal === 'size',
      )
    assert.deepEqual([bySize(0), bySize(1000)], [true, false])
  })

  it('answers nothing to a query without a known word', () => {
    assert.deepEqual(searchTree(model, undefined, 'zzz qqq'), [])
    assert.deepEqual(searchTree(model, undefined, ''), [])
  })

  const pastOf = (changes: number) => {
    const other = { id: '2', time: 0, message: 'Read options', files: ['src/server.ts'] }
    const commits = [
      { id: '1', time: 1, message: 'Flush stale entries on timeout', files: ['src/cache.ts'] },
      ...Array<typeof other>(changes - 1).fill(other),
    ]
    return bindHistory(
      buildHistory(commits, () => true),
      model.files.length,
      model.fileOf,
    )
  }

  it('lets past changes speak for the files they touched', () => {
    const [first] = searchTree(model, pastOf(1000), 'stale entries survive the timeout', { files: true })
    assert.deepEqual([first?.path, first?.why[0]?.signal], ['src/cache.ts', 'similarChanges'])
  })

  it('trusts the past less the shorter it is', () => {
    const share = (changes: number) =>
      searchTree(model, pastOf(changes), 'evict stale entries of the response cache', { files: true })[0]?.why.find(
        ({ signal }) => signal === 'changeTitles',
      )?.share ?? 0
    assert.ok(share(20) < share(200) && share(200) < share(1000), `${share(20)} ${share(200)} ${share(1000)}`)
  })

  it('ranks alike whether a tree was built at once or adapted from an earlier one', () => {
    const later = smallTree({
      'src/cache.ts': { text: 'export const limits = { queries: 3 }\n' },
      'src/new.ts': { text: 'export function parse(query) {}\n' },
    })
    const adapted = adaptModel(model.vocabularies, model.base, later)
    assert.ok(adapted)
    for (const query of ['parse query', 'cache limits', 'evict']) {
      assert.deepEqual(searchTree(adapted, undefined, query), searchTree(buildModel(later), undefined, query))
    }
  })

  it('knows reciprocal ranks as another way to join what signals say', () => {
    const [first] = searchTree(model, undefined, 'parseQuery', { fusion: 'reciprocal-rank' })
    assert.equal(first?.path, 'src/parse-query.ts')
  })
})
