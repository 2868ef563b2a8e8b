import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenant, ProjectId, RunId } from '@codeforge/contracts/ids'
import { Mode } from '@codeforge/contracts/mode'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { SetupSpec } from '@codeforge/contracts/run-request'
import { RunWork } from '@codeforge/contracts/run-work'
import { memoryArtifactStore } from './testing/memory-artifact-store.ts'
import { sequentialIds } from './testing/sequential-ids.ts'
import { workPinsOf } from './work-pins.ts'

const ids = sequentialIds(1)
const soon = (): AbortSignal => AbortSignal.timeout(5000)
const mode = Mode.parse({
  id: 'coder',
  name: 'Coder',
  description: 'x',
  tools: ['*'],
  prompt: 'coder.md',
  promptTemplate: 'Do it.',
  edits: true,
})
const policy = PolicyProfile.parse({
  name: 'open',
  description: 'x',
  guards: [],
  rules: [],
  termination: { kind: 'max-turns', turns: 5 },
  maxCostMicroUsd: 1,
})

function aWork(change: Partial<RunWork> = {}): RunWork {
  const runId = RunId.parse(ids.next())
  const work = RunWork.parse({
    runId,
    projectId: ProjectId.parse(ids.next()),
    tenant: defaultTenant,
    requestId: 'request-1',
    prompt: 'fix it',
    mode,
    policy,
    model: { adapter: 'openai-compatible', model: 'm', price: null },
    gates: [],
    setup: SetupSpec.parse({}),
    workspace: { mode: 'worktree', source: { kind: 'local', path: '/a' }, baseRef: null, includeDirty: false },
    deliver: { mode: 'branch', branch: `codeforge/${runId}`, title: 'Fix it' },
    attended: false,
    termination: policy.termination,
    maxCostMicroUsd: 1,
    maxTokens: 1,
  })
  return { ...work, ...change }
}

/** Counts what is read and written. */
function aScene() {
  const counts = { put: 0, get: 0 }
  const store = memoryArtifactStore()
  const artifacts: Pick<typeof store, 'get' | 'put'> = {
    get: async (digest, signal) => {
      counts.get += 1
      return store.get(digest, signal)
    },
    put: async (bytes, mediaType, signal) => {
      counts.put += 1
      return store.put(bytes, mediaType, signal)
    },
  }
  return { artifacts, counts, pins: workPinsOf(artifacts) }
}

test('work comes back as it was pinned, what it shares with other work written once and read once', async () => {
  const { pins, counts } = aScene()
  const works = [aWork({ mode, policy }), aWork({ mode, policy }), aWork({ mode, policy })]
  const stored = await Promise.all(works.map(async (work) => (await pins.pin(work, soon())).work))
  assert.deepEqual(await Promise.all(stored.map(async (work) => pins.load(work, soon()))), works)
  assert.deepEqual(counts, { put: 3, get: 3 })
  assert.ok(JSON.stringify(stored[0]).length < JSON.stringify(works[0]).length)
})

test('work too large for a message travels by address', async () => {
  const { pins } = aScene()
  const work = aWork({ prompt: 'x'.repeat(60_000) })
  const pinned = await pins.pin(work, soon())
  assert.deepEqual(['kind' in pinned.work, await pins.load(pinned.work, soon())], [true, work])
})

test('work that older versions stored in whole, or without terms, is read', async () => {
  const { pins, artifacts } = aScene()
  const work = aWork()
  const blob = await artifacts.put(Buffer.from(JSON.stringify(work)), 'application/json', soon())
  assert.deepEqual([await pins.load(work, soon()), await pins.load(blob, soon())], [work, work])
  const [byMode, byPolicy] = await Promise.all([work.mode, work.policy].map(async (part) => artifacts.put(Buffer.from(JSON.stringify(part)), 'application/json', soon())))
  assert.ok(byMode && byPolicy)
  assert.deepEqual(await pins.load({ ...work, mode: byMode, policy: byPolicy }, soon()), work)
})

test('a part that could not be stored or read is tried again', async () => {
  const { artifacts } = aScene()
  let broken = true
  const fragile = (work: () => Promise<unknown>) => async () => (broken ? Promise.reject(new Error('away')) : work())
  const work = aWork()
  const pins = workPinsOf({
    put: async (...args) => fragile(async () => artifacts.put(...args))() as ReturnType<typeof artifacts.put>,
    get: async (...args) => fragile(async () => artifacts.get(...args))() as ReturnType<typeof artifacts.get>,
  })
  await assert.rejects(pins.pin(work, soon()))
  broken = false
  const pinned = await pins.pin(work, soon())
  broken = true
  await assert.rejects(pins.load(pinned.work, soon()))
  broken = false
  assert.deepEqual(await pins.load(pinned.work, soon()), work)
})
