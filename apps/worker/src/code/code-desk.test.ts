import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CodePack } from '@codeforge/contracts/code'
import { ProjectId } from '@codeforge/contracts/ids'
import { usualTuning } from '@codeforge/context/search/tuning'
import { openCodeDesk } from './code-desk.ts'

const never = new AbortController().signal
const projectId = ProjectId.parse('01980000-0000-7000-8000-000000000001')
const request = { kind: 'pack', task: 'Where is the tariff computed?', tokens: 1000 } as const

async function scene() {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-desk-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const unused = () => Promise.reject(new Error('not asked for'))
  const desk = stack.use(openCodeDesk({ vcs: { open: unused }, artifactStore: { put: unused }, clock: { monotonic: () => 0 }, llms: {} }, { storeDirectory: join(directory, 'store'), semantic: null, tuning: usualTuning }))
  const place = async (name: string, text: string) => {
    const path = join(directory, name)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'tariff.js'), text)
    return path
  }
  const reply = async (path: string, snapshot: string | null = null, signal = never) =>
    desk.ask({ projectId, source: { kind: 'local', path }, request, ...(snapshot === null ? {} : { snapshot }) }, signal)
  const ask = async (path: string, snapshot: string | null, signal = never) =>
    CodePack.parse(JSON.parse(String((await reply(path, snapshot, signal)).result))).text
  const owned = stack.move()
  return { place, ask, reply, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

test('answers from a snapshot that it read before, though its directory is gone and the next one is elsewhere', async () => {
  await using desk = await scene()
  const first = await desk.place('first', 'export function tariff() { return 41 }\n')
  const told = await desk.ask(first, 'commit tree')
  assert.match(told, /return 41/)
  await rm(first, { recursive: true })
  const second = await desk.place('second', 'export function tariff() { return 41 }\n')
  assert.equal(await desk.ask(second, 'commit tree'), told)
})

test('looks again at a directory without a snapshot, and changes there do not reach a snapshot', async () => {
  await using desk = await scene()
  const path = await desk.place('only', 'export function tariff() { return 41 }\n')
  const told = await desk.ask(path, 'commit tree')
  await desk.place('only', 'export function tariff() { return 42000 }\n')
  assert.match(await desk.ask(path, null), /return 42000/)
  const untouched = await desk.place('untouched', 'export function tariff() { return 41 }\n')
  assert.equal(await desk.ask(untouched, 'commit tree'), told)
})

test('looks once for all questions that wait together, and again for the next one', async () => {
  await using desk = await scene()
  const path = await desk.place('only', 'export function tariff() { return 41 }\n')
  const looked = async () => (await desk.reply(path)).status
  const [, ...waiting] = await Promise.all(Array.from({ length: 8 }, looked))
  assert.deepEqual(waiting, Array.from(waiting, () => waiting[0]))
  await desk.place('only', 'export function tariff() { return 42000 }\n')
  assert.match(await desk.ask(path, null), /return 42000/)
})

test('takes nothing for a snapshot that was read for somebody who gave up', async () => {
  await using desk = await scene()
  const path = await desk.place('only', 'export function tariff() { return 41 }\n')
  const impatient = new AbortController()
  const asked = desk.ask(path, 'commit tree', impatient.signal)
  impatient.abort(new Error('given up'))
  await assert.rejects(asked, /given up/)
  await desk.place('only', 'export function tariff() { return 42000 }\n')
  assert.match(await desk.ask(path, 'commit tree'), /return 42000/)
})
