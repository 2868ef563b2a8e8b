import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { readWatch, watching } from '@codeforge/testing/watched-process'
import { embedded, ended, eventsOf, sampleRepository } from './testing/columns.ts'

const count = 50

test('fifty runs at once in one process all succeed, each with its own conversation; memory and delay are told', { timeout: 400_000 }, async (context) => {
  await using directory = await temporaryDirectory('many-runs')
  const file = join(directory.path, 'watch.json')
  await using model = await scriptedModelServer({
    latencyMs: 20,
    handler({ messages }) {
      const prompt = String(messages.find(({ role }) => role === 'user')?.content).split('\n', 1)[0] ?? ''
      const turn = messages.filter(({ role }) => role === 'assistant').length
      return turn < 2 ? { toolCalls: [{ tool: 'shell', args: { command: `echo "${prompt} turn ${turn}"` } }] } : { text: `Done with ${prompt}` }
    },
  })
  await using column = await embedded({
    CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'many', CODEFORGE_WORKER_SLOTS: String(count), CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: String(count),
    CODEFORGE_SERVER_REQUESTS_PER_MINUTE: '100000', ...watching(file),
  })
  const { ask } = column
  const project = await ask('POST', '/projects', { name: 'Many', localPath: await sampleRepository(directory.path) })
  const before = await readWatch(file)
  const prompts = Array.from({ length: count }, (_, index) => `Say number ${index}.`)
  const ids = await Promise.all(prompts.map(async (prompt) => String((await ask('POST', '/runs', { projectId: project['id'], prompt, deliver: 'none', gates: [] }))['id'])))
  const results: Record<string, unknown>[] = []
  for (const id of ids) results.push(await ended(ask, id))
  const after = await readWatch(file)

  assert.deepEqual(results.map(({ outcome, summary }) => [outcome, summary]), prompts.map((prompt) => ['succeeded', `No file was changed. Done with ${prompt}`]))
  for (const [index, id] of ids.entries()) {
    const events = await eventsOf(ask, id)
    assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, place) => place + 1))
    const printed = events.filter(({ kind }) => kind === 'toolcall.completed').map(({ data }) => String(data['observation']).split('\n', 1)[0])
    assert.deepEqual(printed, [0, 1].map((turn) => `${prompts[index]} turn ${turn}`))
  }
  const perRun = (after.mostResidentMb - before.residentMb) / count
  context.diagnostic(`memory: ${before.residentMb.toFixed(0)} MB before, ${after.mostResidentMb.toFixed(0)} MB at most, ${perRun.toFixed(1)} MB per run`)
  context.diagnostic(`event loop late by ${after.delayP50.toFixed(1)} ms (p50), ${after.delayP99.toFixed(1)} ms (p99), ${after.delayMax.toFixed(0)} ms (most)`)
})
