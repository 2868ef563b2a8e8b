import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { CodeHit, CodeIndexState, DeepSearched, CodeQuestion, CodeStatus } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ProjectId } from '@codeforge/contracts/ids'
import type { GraphColumns, StoredGraphState } from '@codeforge/contracts/stored-graph'
import type { Task } from '@codeforge/contracts/task'
import type { CodeIntelligence } from '@codeforge/ports/code-intelligence'
import { serveCode } from '@codeforge/ports/code-over-queue'
import { openScene, refused } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

const status: CodeStatus = { version: 'v', files: 2, chunks: 3, definitions: 4, commits: 5, exact: true, milliseconds: 6, skipped: 0, storeBytes: 7 }
const hit: CodeHit = { path: 'src/a.ts', startLine: 1, endLine: 9, symbol: 'a', language: 'typescript', score: 1, why: [{ signal: 'body', text: 'words', share: 1 }] }

const columns: GraphColumns = {
  commit: 'abc', version: 'v', exact: true, nodesLeftOut: 0, edgesLeftOut: 0,
  nodes: { kinds: ['module', 'function'], paths: ['src/a.ts', 'src/a.ts'], names: ['', 'parse'], startLines: [0, 3], endLines: [0, 9] },
  edges: { from: [0], to: [1], kinds: ['reference'], confidences: [1] },
}

const deep: DeepSearched = { hits: [hit], queries: ['where', 'there'], candidates: 3, reranked: true, notes: [], spent: { microUsd: 1234, tokens: 99 } }

describe('the code of a project', () => {
  let scene: Scene
  const asked: CodeQuestion[] = []
  const worker: CodeIntelligence = {
    async ask(question, signal) {
      asked.push(question)
      const { request } = question
      if (request.kind === 'search' && request.query === 'large') {
        const hits = Array.from({ length: 100 }, () => hit)
        return { status, result: await scene.ports.artifacts.put(Buffer.from(JSON.stringify(hits)), 'application/json', signal) }
      }
      if (request.kind === 'references') throw new CodeForgeError('repository-not-found', 'It is gone.')
      const results = { index: null, status: null, 'extract-graph': columns, excerpts: ['export function a() {'], 'deep-search': deep, search: [hit], symbol: [], related: [], graph: { files: [], edges: [], leftOut: 0 }, predict: [{ path: 'src/a.ts', probability: 0.5 }], map: { text: 'map', tokens: 1, files: [], filesLeftOut: 0, symbolsLeftOut: 0, languages: [] }, pack: { entries: [], tokens: 0, note: '', text: request.kind === 'pack' ? request.task : '' } }
      return { status, result: JSON.stringify(results[request.kind]) }
    },
  }
  before(async () => { scene = await openScene() })
  after(async () => { await scene[Symbol.asyncDispose]() })

  test('a question goes to a worker that can see the repository', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test', 'default'], worker)
    const id = await scene.project({ localPath: '/repositories/mine' })
    const { status: code, body } = await scene.call<{ result: unknown }>('POST', `/api/v1/projects/${id}/search`, { body: { query: 'where is it', files: true } })
    assert.deepEqual([code, body], [200, { status, result: [hit] }])
    assert.deepEqual(asked.at(-1), { projectId: id, source: { kind: 'local', path: '/repositories/mine' }, request: { kind: 'search', query: 'where is it', files: true } })
    const map = await scene.call<{ result: { text: string } }>('GET', `/api/v1/projects/${id}/repomap?tokens=500&focus=parsing`)
    assert.equal(map.body.result.text, 'map')
    await scene.call('GET', `/api/v1/projects/${id}/repomap?focus=`)
    assert.deepEqual(asked.at(-1)?.request, { kind: 'map', tokens: 2000 })
    await scene.call('GET', `/api/v1/projects/${id}/graph?focus=%20`)
    assert.deepEqual(asked.at(-1)?.request, { kind: 'graph', top: 500 })
    const place = { path: 'src/a.ts', startLine: 1, endLine: 9 }
    const lines = await scene.call<{ result: string[] }>('POST', `/api/v1/projects/${id}/excerpts`, { body: { places: [place] } })
    assert.deepEqual([lines.body.result, asked.at(-1)?.request], [['export function a() {'], { kind: 'excerpts', places: [place] }])
    assert.deepEqual(refused(await scene.call('POST', `/api/v1/projects/${id}/excerpts`, { body: { places: [{ ...place, startLine: 0 }] } })), [400, 'invalid-input'])
  })

  test('a large answer comes through the artifact store', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project()
    const { body } = await scene.call<{ result: unknown[] }>('POST', `/api/v1/projects/${id}/search`, { body: { query: 'large' } })
    assert.equal(body.result.length, 100)
  })

  test('what the worker refuses is answered with its reason', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project()
    assert.deepEqual(refused(await scene.call('GET', `/api/v1/projects/${id}/graph/references?name=x`))[1], 'repository-not-found')
  })

  test('where no worker answers the reply says so at once, and again without asking until it has cooled down', async () => {
    const id = await scene.project()
    const search = async () => scene.call('POST', `/api/v1/projects/${id}/search`, { body: { query: 'x' } })
    assert.deepEqual(refused(await search()), [503, 'unavailable'])
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    assert.deepEqual(refused(await search()), [503, 'unavailable'])
    await scene.clock.advance(30_000)
    assert.equal((await search()).status, 200)
  })

  test('an index is built in the background, and its project tells how it went', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project()
    const path = `/api/v1/projects/${id}/index`
    assert.deepEqual((await scene.call('GET', path)).body, { state: 'unknown' })
    assert.equal((await scene.call<CodeIndexState>('POST', path)).status, 202)
    await eventually(async () => (await kindsOf(id)).includes('index.completed'))
    assert.equal((await scene.call<CodeIndexState>('GET', path)).body.state, 'ready')
    assert.deepEqual((await kindsOf(id)).slice(-2), ['index.started', 'index.completed'])
  })

  test('a repository that was asked about is known, and its exact symbols follow by themselves, once', async () => {
    const kinds: string[] = []
    const quickAtFirst: CodeIntelligence = {
      ask: async ({ request: { kind } }) => {
        kinds.push(kind)
        return { status: { ...status, exact: kinds.includes('index') && kind !== 'symbol' }, result: kind === 'index' ? 'null' : '[]' }
      },
    }
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], quickAtFirst)
    const id = await scene.project()
    const state = async () => (await scene.call<CodeIndexState>('GET', `/api/v1/projects/${id}/index`)).body
    assert.deepEqual(await state(), { state: 'unknown' })
    assert.equal((await scene.call('POST', `/api/v1/projects/${id}/search`, { body: { query: 'where' } })).status, 200)
    await eventually(async () => (await kindsOf(id)).includes('index.completed'))
    const known = await state()
    assert.deepEqual(known.state === 'ready' && known.status, status)
    // An answer from before the tree was read to its end begins nothing anew.
    assert.equal((await scene.call('GET', `/api/v1/projects/${id}/graph/symbol?name=x`)).status, 200)
    assert.equal((await scene.call('GET', `/api/v1/projects/${id}/graph/symbol?name=x`)).status, 200)
    assert.deepEqual(kinds, ['search', 'index', 'symbol', 'symbol'])
  })

  test('a deep search gets its model and its money from core, and pays what it came to', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project()
    const { status: code, body } = await scene.call<{ result: DeepSearched }>('POST', `/api/v1/projects/${id}/search/agent`, { body: { query: 'where is it' } })
    assert.deepEqual([code, body.result], [200, deep])
    const { request } = asked.at(-1) ?? {}
    assert.ok(request?.kind === 'deep-search')
    assert.deepEqual([request.agent.model, request.agent.maxQueries, request.agent.rerank, request.agent.allowance.microUsd], ['priced', 5, true, 252_000])
    const account = await scene.ports.store.budgets.get(`project:${id}:${scene.clock.now().toISOString().slice(0, 10)}`)
    assert.deepEqual([account?.heldMicroUsd, account?.spentMicroUsd], [0, 1234])
    assert.deepEqual((await kindsOf(id)).slice(-2), ['search.started', 'search.completed'])
  })

  test('a deep search that the budget has no room for asks nobody', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project({ maxCostPerDayMicroUsd: 1000 })
    const before = asked.length
    assert.equal(refused(await scene.call('POST', `/api/v1/projects/${id}/search/agent`, { body: { query: 'x' } }))[1], 'budget-exhausted')
    assert.equal(asked.length, before)
  })

  test('a deep search whose outcome nobody knows is paid in full, one that asked no model is not', async () => {
    const id = await scene.project()
    const search = async (error: CodeForgeError) => {
      await using _workers = await serveCode(scene.ports.queue, ['host-test'], { ask: async () => { throw error } })
      const answer = refused(await scene.call('POST', `/api/v1/projects/${id}/search/agent`, { body: { query: 'x' } }))
      const account = await scene.ports.store.budgets.get(`project:${id}:${scene.clock.now().toISOString().slice(0, 10)}`)
      return [answer[1], account?.heldMicroUsd, account?.spentMicroUsd]
    }
    assert.deepEqual(await search(new CodeForgeError('repository-not-found', 'It is gone.')), ['repository-not-found', 0, 0])
    assert.deepEqual(await search(new CodeForgeError('internal', 'It broke.')), ['internal', 0, 252_000])
    assert.equal((await kindsOf(id)).at(-1), 'search.failed')
  })

  test('a graph is worked out by a worker, stored, and read a page at a time', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project()
    const path = `/api/v1/projects/${id}/graph`
    assert.deepEqual((await scene.call('GET', `${path}/status`)).body, { state: 'none', stored: null, failure: null })
    const { status: code, body } = await scene.call<StoredGraphState>('POST', `${path}/build`)
    assert.deepEqual([code, body.state], [202, 'building'])
    await eventually(async () => (await kindsOf(id)).includes('graph.completed'))
    const { state, stored } = (await scene.call<StoredGraphState>('GET', `${path}/status`)).body
    assert.deepEqual([state, stored?.commit, stored?.nodes, stored?.edges], ['stored', 'abc', 2, 1])
    assert.deepEqual((await scene.call('GET', `${path}/nodes?name=parse`)).body, { items: [{ number: 1, kind: 'function', path: 'src/a.ts', name: 'parse', startLine: 3, endLine: 9 }] })
    assert.deepEqual((await scene.call('GET', `${path}/edges?node=1`)).body, { items: [{ number: 0, from: 0, to: 1, kind: 'reference', confidence: 1 }] })
    assert.deepEqual(refused(await scene.call('GET', `${path}/nodes?limit=100000`)), [400, 'invalid-input'])
  })

  test('whoever learns that a graph was stored finds it stored', async () => {
    const id = await scene.project()
    const path = `/api/v1/projects/${id}/graph`
    const extracted = Promise.withResolvers<undefined>()
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], {
      async ask() {
        await extracted.promise
        return { status, result: JSON.stringify(columns) }
      },
    })
    await scene.call('POST', `${path}/build`)
    const slow = slowCommits(scene.ports.store)
    extracted.resolve(undefined)
    await eventually(async () => (await kindsOf(id)).includes('graph.completed'))
    const { state } = (await scene.call<StoredGraphState>('GET', `${path}/status`)).body
    slow.goOn()
    assert.equal(state, 'stored')
  })

  test('what could not be begun may be asked for again', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project()
    for (const [path, asked, kind] of [['index', 'index', 'index.completed'], ['graph/build', 'graph/status', 'graph.completed']] as const) {
      const repair = brokenTransactions(scene.ports.store)
      assert.equal((await scene.call('POST', `/api/v1/projects/${id}/${path}`)).status, 500)
      repair()
      assert.match(JSON.stringify((await scene.call('GET', `/api/v1/projects/${id}/${asked}`)).body), /"(unknown|none)"/)
      assert.equal((await scene.call('POST', `/api/v1/projects/${id}/${path}`)).status, 202)
      await eventually(async () => (await kindsOf(id)).includes(kind))
    }
  })

  test('a graph that does not hold together is refused, and the one before stays', async () => {
    const id = await scene.project()
    const path = `/api/v1/projects/${id}/graph`
    const build = async (graph: GraphColumns, kind: string) => {
      await using _workers = await serveCode(scene.ports.queue, ['host-test'], { ask: async () => ({ status, result: JSON.stringify(graph) }) })
      await scene.call('POST', `${path}/build`)
      await eventually(async () => (await kindsOf(id)).at(-1) === kind)
    }
    await build(columns, 'graph.completed')
    await build({ ...columns, edges: { ...columns.edges, to: [7] } }, 'graph.failed')
    const { stored, failure } = (await scene.call<StoredGraphState>('GET', `${path}/status`)).body
    assert.deepEqual([stored?.edges, failure?.code], [1, 'internal'])
  })

  test('the context of a task is packed from its title and body', async () => {
    await using _workers = await serveCode(scene.ports.queue, ['host-test'], worker)
    const id = await scene.project()
    const task = (await scene.call<Task>('POST', `/api/v1/projects/${id}/tasks`, { body: { title: 'Fix it', body: 'It is broken.' } })).body
    const { body } = await scene.call<{ result: { text: string } }>('POST', `/api/v1/tasks/${task.id}/context`, { body: { tokens: 1000 } })
    assert.equal(body.result.text, 'Fix it\n\nIt is broken.')
  })

  test('questions out of bounds and about nobody are refused', async () => {
    const id = await scene.project()
    assert.deepEqual(refused(await scene.call('POST', `/api/v1/projects/${id}/search`, { body: { query: '' } })), [400, 'invalid-input'])
    assert.deepEqual(refused(await scene.call('POST', `/api/v1/projects/${id}/search`, { body: { query: 'x', top: 100_000 } })), [400, 'invalid-input'])
    assert.deepEqual(refused(await scene.call('POST', '/api/v1/projects/00000000-0000-7000-8000-0000000fffff/search', { body: { query: 'x' } })), [404, 'not-found'])
  })

  const kindsOf = async (id: ProjectId) => (await scene.ports.store.events.read(`project.${id}`, 0, 50)).map(({ kind }) => kind)
})

/** Transactions whose commit is in force, but not yet known to whoever asked for it. */
function slowCommits(store: Scene['ports']['store']): { goOn(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const restore = replaceTransaction(store, (transaction) => async (work) => {
    const result = await transaction(work)
    await promise
    return result
  })
  return { goOn: () => { restore(); resolve(undefined) } }
}

function brokenTransactions(store: Scene['ports']['store']): () => void {
  return replaceTransaction(store, () => async () => { throw new Error('the connection broke') })
}

type Transaction = Scene['ports']['store']['transaction']

function replaceTransaction(store: Scene['ports']['store'], replacement: (transaction: Transaction) => Transaction): () => void {
  const transaction = store.transaction
  Object.assign(store, { transaction: replacement(transaction.bind(store)) })
  return () => { Object.assign(store, { transaction }) }
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const signal = AbortSignal.timeout(20_000)
  while (!await holds()) signal.throwIfAborted()
}
