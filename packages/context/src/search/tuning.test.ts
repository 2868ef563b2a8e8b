import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { indexOf } from '../testing/index-of.ts'
import { smallTree } from '../testing/small-repository.ts'
import { openCodeSearch } from './open-code-search.ts'
import { type SearchTuning, usualTuning } from './tuning.ts'

const signal = new AbortController().signal

async function tuned(change: Partial<SearchTuning>) {
  const search = openCodeSearch({ root: '/nowhere', index: indexOf(smallTree()), commits: 0, tuning: { ...usualTuning, ...change } })
  await search.refresh(signal)
  return search
}

describe('what is configured of search', () => {
  it('says how many hits there are where the question does not', async () => {
    using search = await tuned({ topK: 1 })
    const found = await search.find('parse query', {}, signal)
    assert.deepEqual([search.search('parse query').length, found.hits.length, search.search('parse query', { top: 2 }).length], [1, 1, 2])
  })

  it('says how signals become one score', async () => {
    using weighted = await tuned({})
    using ranked = await tuned({ fusion: 'reciprocal-rank' })
    const scoreOf = (search: typeof ranked, fusion?: SearchTuning['fusion']) => search.search('parse query', { ...(fusion && { fusion }) })[0]?.score
    assert.equal(scoreOf(ranked), scoreOf(weighted, 'reciprocal-rank'))
    assert.notEqual(scoreOf(ranked), scoreOf(weighted))
  })

  it('says how far the graph is walked, to how many, and what an edge leaves of a score', async () => {
    using near = await tuned({ graphMaxHops: 1, graphHopDecay: 0.5 })
    using far = await tuned({ graphMaxHops: 3, graphHopDecay: 0.5 })
    using few = await tuned({ graphTopK: 1 })
    const scores = (search: typeof near) => new Set(search.related('decodePair').map(({ score }) => score))
    assert.deepEqual(scores(near), new Set([0.5]))
    assert.ok(scores(far).has(0.25))
    assert.equal(few.related('decodePair').length, 1)
  })

  it('keeps the graph out of packs', async () => {
    const kindsOf = async (search: typeof bare) =>
      new Set((await search.pack({ task: 'parseQuery loses empty values', tokens: 4000 }, signal)).entries.map(({ kind }) => kind))
    using bare = await tuned({ graphEnabled: false })
    using usual = await tuned({})
    assert.deepEqual([(await kindsOf(bare)).has('graph'), (await kindsOf(usual)).has('graph')], [false, true])
  })
})
