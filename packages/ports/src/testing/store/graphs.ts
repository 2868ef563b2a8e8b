import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { ProjectId } from '@codeforge/contracts/ids'
import type { GraphColumns } from '@codeforge/contracts/stored-graph'
import { defaultTenant } from '@codeforge/contracts/ids'
import { after, newId, noon } from './builders.ts'
import { insertProject, type StoreTest } from './subject.ts'

/** A graph of so many files in a row, each importing the next. */
function aGraph(commit: string, files = 3): GraphColumns {
  const all = <Value>(make: (at: number) => Value, count = files) => Array.from({ length: count }, (_, at) => make(at))
  return {
    commit, version: `tree of ${commit}`, exact: true, nodesLeftOut: 4, edgesLeftOut: 5,
    nodes: { kinds: all(() => 'module'), paths: all((at) => `src/${at}.ts`), names: all((at) => (at === 1 ? 'one\0' : '')), startLines: all(() => 0), endLines: all(() => 9) },
    edges: { from: all((at) => at, files - 1), to: all((at) => at + 1, files - 1), kinds: all(() => 'import', files - 1), confidences: all(() => 0.5, files - 1) },
  }
}

const ownerOf = (projectId: ProjectId) => ({ id: newId.job(), tenant: defaultTenant, projectId })
const everything = { after: -1, limit: 1000 }

export function describeGraphs(test: StoreTest): void {
  describe('graphs', () => {
    test('a graph is read as it was stored, a page at a time', async (store) => {
      const { id } = await insertProject(store)
      assert.deepEqual([await store.graphs.newest(id), await store.graphs.nodes(id, everything), await store.graphs.edges(id, everything)], [null, [], []])
      const stored = await store.graphs.replace(ownerOf(id), aGraph('c1'), noon)
      assert.deepEqual(stored, { commit: 'c1', version: 'tree of c1', exact: true, nodes: 3, edges: 2, nodesLeftOut: 4, edgesLeftOut: 5, storedAt: noon.toISOString() })
      assert.deepEqual(await store.graphs.newest(id), stored)
      assert.deepEqual(await store.graphs.nodes(id, { after: 0, limit: 1 }), [{ number: 1, kind: 'module', path: 'src/1.ts', name: 'one\u2400', startLine: 0, endLine: 9 }])
      assert.deepEqual((await store.graphs.nodes(id, { ...everything, path: 'src/2.ts' })).map(({ number }) => number), [2])
      assert.deepEqual(await store.graphs.edges(id, { ...everything, node: 2 }), [{ number: 1, from: 1, to: 2, kind: 'import', confidence: 0.5 }])
    })

    test('a graph takes the place of that of its commit; of others the newest two stay', async (store) => {
      const { id } = await insertProject(store)
      await store.graphs.replace(ownerOf(id), aGraph('c1', 6000), noon)
      await store.graphs.replace(ownerOf(id), aGraph('c1', 4), after(1))
      assert.equal((await store.graphs.nodes(id, { after: -1, limit: 10_000 })).length, 4)
      await store.graphs.replace(ownerOf(id), aGraph('c2'), after(2))
      await store.graphs.replace(ownerOf(id), aGraph('c3'), after(3))
      assert.equal((await store.graphs.newest(id))?.commit, 'c3')
    })

    test('one that cannot be stored leaves the one before', async (store) => {
      const { id } = await insertProject(store)
      await store.graphs.replace(ownerOf(id), aGraph('c1'), noon)
      const broken = aGraph('c1')
      await assert.rejects(store.graphs.replace(ownerOf(id), { ...broken, edges: { ...broken.edges, confidences: [0.5, 7] } }, after(1)))
      assert.equal((await store.graphs.edges(id, everything)).length, 2)
    })

    test('a graph goes with its project', async (store) => {
      const { id } = await insertProject(store)
      await store.graphs.replace(ownerOf(id), aGraph('c1'), noon)
      await store.projects.delete(id)
      assert.equal(await store.graphs.newest(id), null)
    })
  })
}
