import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CodeHit, CodeQuestion } from '@codeforge/contracts/code'
import { ToolBundle } from '@codeforge/contracts/tool-bundle'
import type { Llm, LlmRequest } from '@codeforge/ports/llm'
import { lastOf, scripted, setScene, type Scene } from '../testing/scene.ts'

const price = { prompt: 1_000_000, completion: 1_000_000 } as const
const usage = { promptTokens: 100, cachedPromptTokens: 0, completionTokens: 10, reasoningTokens: 0 }
const calling = { tool: 'search_code', args: { query: 'where is it added', deep: true } }
const hit = (path: string, score: number): CodeHit => ({ path, startLine: 1, endLine: 2, symbol: null, language: null, score, why: [] })

const bundle = ToolBundle.parse({
  name: 'code',
  description: 'For tests.',
  tools: {
    search_code: {
      docstring: 'Searches.',
      effect: 'read',
      arguments: [
        { name: 'query', type: 'string', required: true, description: 'query' },
        { name: 'deep', type: 'boolean', description: 'deep' },
      ],
    },
  },
})

/** A model that works by its turns, and helps a search by what is given. */
function helpful(turns: Parameters<typeof scripted>[0], help: (request: LlmRequest) => string): Llm {
  const worker = scripted(turns)
  return {
    ...worker,
    async *complete(request, signal) {
      const isHelp = /^You (help to search|judge)/.test(String(request.messages[0]?.text))
      if (!isHelp) return yield* worker.complete(request, signal)
      yield { kind: 'text.delta', text: help(request) }
      yield { kind: 'ended', finish: 'stop', usage, costMicroUsd: null }
    },
  }
}

async function openScene(llm: Llm, turns: Parameters<typeof scripted>[0]): Promise<Scene> {
  const scene = await setScene({
    turns,
    llm,
    work: { model: { adapter: 'scripted', model: 'scripted/scene', price, script: 'scene', contextTokens: 32_000, functionCalling: true } },
  })
  const ask = async ({ request }: CodeQuestion) => {
    if (request.kind === 'search')
      return {
        status: null as never,
        result: JSON.stringify(request.query === 'sum' ? [hit('src/sum.js', 3)] : [hit('src/a.js', 2), hit('src/b.js', 1)]),
      }
    if (request.kind === 'excerpts') return { status: null as never, result: JSON.stringify(request.places.map(() => 'code')) }
    throw new Error('no index in this scene')
  }
  Object.assign(scene.ports, { code: { ask } })
  Object.assign(scene.config, { toolBundles: [...scene.config.toolBundles, bundle] })
  return scene
}

const spendings = (scene: Scene) =>
  scene.core.events(scene.work.runId).flatMap(({ data }) => (data.kind === 'toolcall.spent' ? [data] : []))

test('a run searches with the help of a model, pays each call from its purse, and the conversation has no turn more', async () => {
  const turns = [{ toolCalls: [calling] }, { when: 'src/sum.js', text: 'Found.', otherwise: { text: 'not found' } }]
  await using scene = await openScene(
    helpful(turns, ({ messages }) => (String(messages[0]?.text).startsWith('You judge') ? '[3, 1]' : '["sum"]')),
    turns,
  )
  await scene.attempt()
  const result = lastOf(scene, 'toolcall.completed')
  assert.match(
    result?.kind === 'toolcall.completed' ? String(result.observation) : '',
    /src\/sum\.js:1-2 \(it fits\)[\s\S]*Searched for: where is it added \| sum\. The model put the best first\./,
  )
  assert.deepEqual(
    spendings(scene).map(({ turn, costMicroUsd, usage: used }) => [turn, costMicroUsd, used]),
    [
      [1, 110, usage],
      [1, 110, usage],
    ],
  )
  const { spentMicroUsd } = scene.core.state(scene.work.runId)
  const paid = scene.core.events(scene.work.runId).reduce((sum, { data }) => sum + ('costMicroUsd' in data ? data.costMicroUsd : 0), 0)
  assert.deepEqual([spentMicroUsd, scene.core.kinds(scene.work.runId).filter((kind) => kind === 'model.completed').length], [paid, 2])
})

test('where the model fails the search, scores decide, what is not known costs its hold, and the run goes on', async () => {
  const turns = [{ toolCalls: [calling] }, { when: 'src/a.js', text: 'Found.', otherwise: { text: 'not found' } }]
  const failing = helpful(turns, () => {
    throw new Error('no such luck')
  })
  await using scene = await openScene(failing, turns)
  await scene.attempt()
  const result = lastOf(scene, 'toolcall.completed')
  assert.match(
    result?.kind === 'toolcall.completed' ? String(result.observation) : '',
    /Scores decided the order\.\nThe model could not say the query in other words: no such luck\./,
  )
  assert.deepEqual(
    spendings(scene).map(({ costSource, costMicroUsd }) => [costSource, costMicroUsd > 500]),
    [
      ['hold', true],
      ['hold', true],
    ],
  )
  assert.equal(scene.core.state(scene.work.runId).outcome, 'succeeded')
})
