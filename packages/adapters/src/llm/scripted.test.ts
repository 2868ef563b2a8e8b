import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { anLlmRequest, collect, describeLlmContract, llmContractScripts, textOf } from '@codeforge/ports/testing/llm'
import { stringify } from 'yaml'
import { scriptedLlm } from './scripted.ts'

type Opened = Awaited<ReturnType<typeof scriptedLlm.open>>

/** Opens the adapter on files with these contents; the directory goes when it is disposed. */
async function openWith(files: Readonly<Record<string, string>>, latencyMs = 0): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-scripts-'))
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(directory, name), content)))
    return { ...(await scriptedLlm.open({ directory, latencyMs })), [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

describeLlmContract('scripted', () =>
  openWith(Object.fromEntries(llmContractScripts.map((script, index) => (index % 2 ? [`${script.name}.json`, JSON.stringify(script)] : [`${script.name}.yaml`, stringify(script)])))),
)

test('says that the conversation is over when it is', async () => {
  await using llm = await openWith({ 'a.yaml': 'name: short\nturns: [{ text: only }]' })
  const parts = await collect(llm.complete(anLlmRequest('short', ['assistant']), new AbortController().signal))
  assert.match(textOf(parts), /recorded conversation 'short' ended after 1 turns/)
  assert.deepEqual(parts.at(-1), { kind: 'ended', finish: 'stop', usage: null, costMicroUsd: 0 })
})

test('an unknown script names the known ones', async () => {
  await using llm = await openWith({ 'a.yaml': 'name: known\nturns: [{ text: only }]' })
  await assert.rejects(collect(llm.complete(anLlmRequest('other'), new AbortController().signal)), { code: 'llm-bad-request', message: /'other'. Known: known\./ })
})

test('refuses a file that is not a script, a name that comes twice, and a directory that is not there', async () => {
  const script = 'name: same\nturns: [{ text: only }]'
  await assert.rejects(openWith({ 'a.yaml': 'name: x\nturn: []' }), { code: 'invalid-config', message: /a\.yaml is not a model script/ })
  await assert.rejects(openWith({ 'a.yaml': script, 'b.yaml': script }), { code: 'invalid-config', message: /named 'same'/ })
  await assert.rejects(scriptedLlm.open({ directory: '/nowhere/at/all', latencyMs: 0 }), { code: 'invalid-config' })
})

test('a pause before the reply ends with the signal', async () => {
  await using llm = await openWith({ 'a.yaml': 'name: slow\nturns: [{ text: only }]' }, 60_000)
  const controller = new AbortController()
  const reading = collect(llm.complete(anLlmRequest('slow'), controller.signal))
  controller.abort(new Error('stop'))
  await assert.rejects(reading, { message: 'stop' })
})
