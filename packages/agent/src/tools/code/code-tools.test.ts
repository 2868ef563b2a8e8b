import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CodeRequest } from '@codeforge/contracts/code'
import type { ToolContext } from '../tool.ts'
import { codeTools } from './code-tools.ts'

const signal = AbortSignal.timeout(5000)

/** Calls a tool on an index that gives this answer, and tells what it was asked. */
async function call(name: string, args: Record<string, string | number>, answer: unknown) {
  const asked: CodeRequest[] = []
  const tool = codeTools.find((one) => one.name === name)
  assert.ok(tool)
  const code: ToolContext['code'] = async (request) => {
    asked.push(request)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { result: await tool.run(args, { code } as ToolContext, signal), asked }
}

test('a search names places with the symbol and the reason', async () => {
  const hit = { path: 'src/a.ts', startLine: 3, endLine: 9, symbol: 'parse', language: 'typescript', score: 1, why: [{ signal: 'path', text: 'the path holds the words', share: 1 }] }
  const { result, asked } = await call('search_code', { query: 'parse a', top: 5000, path: './src/' }, [hit])
  assert.deepEqual(result, { ok: true, observation: 'src/a.ts:3-9 parse (the path holds the words)' })
  assert.deepEqual(asked, [{ kind: 'search', query: 'parse a', top: 50, files: false, under: 'src/' }])
})

test('a deep search says what was searched for, who ordered it and what did not work', async () => {
  const tool = codeTools.find(({ name }) => name === 'search_code')
  const asked: unknown[] = []
  const searchDeeply: ToolContext['searchDeeply'] = async (command) => {
    asked.push(command)
    const hit = { path: 'src/a.ts', startLine: 3, endLine: 9, symbol: null, language: null, score: 1, why: [] }
    return { hits: [hit], queries: ['parse a', 'read tokens'], candidates: 2, reranked: false, notes: ['The model could not order what was found: it took too long.'], spent: { microUsd: 5, tokens: 9 } }
  }
  const result = await tool?.run({ query: 'parse a', deep: true }, { searchDeeply } as ToolContext, signal)
  assert.deepEqual(result, {
    ok: true,
    observation: 'src/a.ts:3-9 (it fits)\nSearched for: parse a | read tokens. Scores decided the order.\nThe model could not order what was found: it took too long.',
  })
  assert.deepEqual(asked, [{ query: 'parse a', top: 10 }])
})

test('a symbol that nobody knows is said to be unknown', async () => {
  assert.equal((await call('find_symbol', { name: 'nothing' }, [])).result.observation, "No definition of 'nothing' is known.")
  assert.equal((await call('find_references', { name: 'nothing' }, [])).result.observation, "No use of 'nothing' is known.")
})

test('references say where and within what', async () => {
  const { result } = await call('find_references', { name: 'f' }, [{ path: 'a.py', line: 7, kind: 'call', within: 'main' }])
  assert.equal(result.observation, 'a.py:7 call in main')
})

test('the map comes as text', async () => {
  const map = { text: 'src/a.ts\n 3 function parse\n', tokens: 9, files: [], filesLeftOut: 0, symbolsLeftOut: 0, languages: [] }
  const { result, asked } = await call('repo_map', { focus: 'parsing' }, map)
  assert.deepEqual([result.observation, asked[0]], ['src/a.ts\n 3 function parse', { kind: 'map', tokens: 1500, focus: 'parsing' }])
})

test('an index that cannot answer is a failed call that says what to use instead', async () => {
  const { result } = await call('search_code', { query: 'x' }, new Error('it is being built'))
  assert.equal(result.ok, false)
  assert.match(result.observation, /it is being built.*search_files/)
})
