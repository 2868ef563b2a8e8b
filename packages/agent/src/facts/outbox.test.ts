import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RecordRequest } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Fact } from '@codeforge/contracts/fact'
import { HoldId, RunId, WorkerId } from '@codeforge/contracts/ids'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import { manualClock } from '@codeforge/ports/testing/manual-clock'
import { memoryArtifactStore } from '@codeforge/ports/testing/memory-artifact-store'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { FactKeeper } from './keeper.ts'
import { FactOutbox } from './outbox.ts'
import { isSpend } from './spend.ts'
import { leftSpools, livingAttempts, openSpool, type Spool } from './spool.ts'

const runId = RunId.parse('00000000-0000-7000-8000-00000000000a')
const workerId = WorkerId.parse('00000000-0000-7000-8000-00000000000b')
const guidance = (text: string): Fact => ({ kind: 'guidance.added', text })
const soon = (): AbortSignal => AbortSignal.timeout(5000)

const holdId = HoldId.parse('00000000-0000-7000-8000-00000000000c')
const paid = (costMicroUsd: number): Fact => ({ kind: 'model.failed', turn: 1, model: 'm', code: 'llm-timeout', message: '', willRetry: false, costMicroUsd, holdId })

/** A disk that has no room for so many writes. */
function fullDisk(times: number): (spool: Spool) => Spool {
  let refused = 0
  return (spool) => ({
    ...spool,
    async append(facts) {
      if ((refused += 1) < times) throw new Error('no space left')
      return spool.append(facts)
    },
  })
}

async function leftFacts(directory: string): Promise<unknown[]> {
  return (await leftSpools(directory)).flatMap(({ facts }) => facts.map(({ ordinal, fact }) => [ordinal, fact.kind]))
}

async function aScene() {
  const spoolDirectory = await mkdtemp(join(tmpdir(), 'codeforge-outbox-'))
  const clock = manualClock()
  const requests: RecordRequest[] = []
  const core = { accepted: 0, command: 'go' as 'go' | 'lost', away: false, fault: null as CodeForgeError | null }
  const coordinator = {
    async record(request: RecordRequest) {
      requests.push(request)
      if (core.away) throw new Error('away')
      if (core.fault) throw core.fault
      if (core.command === 'go') for (const { ordinal } of request.facts) if (ordinal === core.accepted + 1) core.accepted = ordinal
      return { accepted: core.accepted, command: core.command }
    },
  }
  const commands: string[] = []
  const open = async (artifactStore: ArtifactStore = memoryArtifactStore(), disk: (spool: Spool) => Spool = (spool) => spool) => {
    const options = { runId, attempt: 1, workerId, spoolDirectory, onCommand: (command: string) => { commands.push(command) } }
    return new FactOutbox({ coordinator, clock, artifactStore, log: memoryLog() }, options, new FactKeeper(disk(await openSpool(spoolDirectory, { runId, attempt: 1, workerId })), artifactStore))
  }
  return { clock, requests, core, commands, open, spoolDirectory, [Symbol.asyncDispose]: () => rm(spoolDirectory, { recursive: true }) }
}

test('sends facts in order without a gap, and leaves no spool behind', async () => {
  await using scene = await aScene()
  const outbox = await scene.open()
  await Promise.all([outbox.add(guidance('a')), outbox.add(guidance('b'), guidance('c'))])
  await outbox.flush(soon())
  await outbox[Symbol.asyncDispose]()
  assert.deepEqual(scene.requests.flatMap(({ facts }) => facts.map(({ ordinal, fact }) => [ordinal, fact.kind === 'guidance.added' && fact.text])), [[1, 'a'], [2, 'b'], [3, 'c']])
  assert.deepEqual(await readdir(scene.spoolDirectory), [])
})

test('facts of one moment share a request, with what was only noted first', async () => {
  await using scene = await aScene()
  await using outbox = await scene.open()
  outbox.note(guidance('a'))
  await outbox.add(guidance('b'))
  outbox.note(guidance('c'))
  await outbox.flush(soon())
  assert.deepEqual(scene.requests.map(({ facts }) => facts.map(({ ordinal, fact }) => [ordinal, fact.kind === 'guidance.added' && fact.text])), [[[1, 'a'], [2, 'b'], [3, 'c']]])
})

test('where a noted fact cannot be kept, the next that waits says so, and those after it leave no gap', async () => {
  await using scene = await aScene()
  const full = new Error('no space left')
  await using outbox = await scene.open({ ...memoryArtifactStore(), put: async () => { throw full } })
  outbox.note(guidance('x'.repeat(50_000)))
  await assert.rejects(outbox.add(guidance('b')), full)
  await outbox.add(guidance('c'))
  outbox.note(guidance('x'.repeat(50_000)))
  await assert.rejects(outbox.flush(soon()), full)
  await outbox.flush(soon())
  assert.deepEqual(scene.requests.flatMap(({ facts }) => facts.map(({ ordinal, fact }) => [ordinal, fact.kind === 'guidance.added' && fact.text])), [[1, 'c']])
})

test('sends again what core did not answer, until it does', async () => {
  await using scene = await aScene()
  await using outbox = await scene.open()
  scene.core.away = true
  await outbox.add(guidance('a'))
  await scene.clock.advance(100)
  scene.core.away = false
  await scene.clock.advance(1000)
  await outbox.flush(soon())
  assert.equal(scene.core.accepted, 1)
})

test('keeps what core does not have, for whoever sends what is left', async () => {
  await using scene = await aScene()
  const outbox = await scene.open()
  scene.core.away = true
  await outbox.add(guidance('a'))
  await outbox[Symbol.asyncDispose]()
  assert.deepEqual(await leftFacts(scene.spoolDirectory), [[1, 'guidance.added']])
  assert.deepEqual(await livingAttempts(scene.spoolDirectory), new Set())
})

test('an attempt is taken for living as long as its outbox is open', async () => {
  await using scene = await aScene()
  const outbox = await scene.open()
  scene.core.away = true
  await outbox.add(guidance('a'))
  assert.deepEqual([await livingAttempts(scene.spoolDirectory), await leftFacts(scene.spoolDirectory)], [new Set([`${runId}.1`]), []])
  await outbox[Symbol.asyncDispose]()
})

test('gives the attempt up where core fails at what it says again and again, and keeps all that it says until its end', async () => {
  await using scene = await aScene()
  scene.core.fault = new CodeForgeError('internal', 'a figure that no column takes')
  const outbox = await scene.open()
  await outbox.add(guidance('poison'), paid(300))
  const flushed = assert.rejects(outbox.flush(soon()), { code: 'lease-lost' })
  while (scene.commands.length === 0) {
    await new Promise((resolve) => setImmediate(resolve))
    await scene.clock.advance(5000)
  }
  await flushed
  await outbox.add(paid(40))
  await outbox[Symbol.asyncDispose]()
  assert.deepEqual([scene.commands, scene.requests.length], [['lost'], 20])
  assert.deepEqual(await leftFacts(scene.spoolDirectory), [[1, 'guidance.added'], [2, 'model.failed'], [3, 'model.failed']])
})

test('where the disk takes nothing, facts are kept when core has them', async () => {
  await using scene = await aScene()
  await using outbox = await scene.open(memoryArtifactStore(), fullDisk(Infinity))
  await outbox.add(guidance('a'))
  assert.equal(scene.core.accepted, 1)
})

test('where neither the disk nor core takes facts in time, that is said; they are kept all the same once the disk has room', async () => {
  await using scene = await aScene()
  scene.core.away = true
  const outbox = await scene.open(memoryArtifactStore(), fullDisk(2))
  let failed: unknown = null
  const adding = outbox.add(paid(300)).catch((error: unknown) => { failed = error })
  while (failed === null) {
    await new Promise((resolve) => setImmediate(resolve))
    await scene.clock.advance(1000)
  }
  await adding
  assert.match(String(failed), /no space left/)
  await outbox[Symbol.asyncDispose]()
  assert.deepEqual(await leftFacts(scene.spoolDirectory), [[1, 'model.failed']])
})

test('what was paid for a reply that cannot be kept is told', async () => {
  await using scene = await aScene()
  const full = new Error('no space left')
  await using outbox = await scene.open({ ...memoryArtifactStore(), put: async () => { throw full } })
  outbox.note({
    kind: 'model.completed', turn: 1, model: 'm', text: 'x'.repeat(50_000), toolCalls: [], finish: 'stop', durationMs: 1, firstTokenMs: 1, costMicroUsd: 250,
    costSource: 'header', usage: { promptTokens: 1, cachedPromptTokens: 0, completionTokens: 1, reasoningTokens: 0 }, holdId,
  })
  await assert.rejects(outbox.add(guidance('b')), full)
  await outbox.flush(soon())
  const told = scene.requests.flatMap(({ facts }) => facts).map(({ ordinal, fact }) => [ordinal, fact.kind, isSpend(fact) && fact.costMicroUsd])
  assert.deepEqual(told, [[1, 'model.failed', 250]])
})

test('says that the attempt is lost, and flushing fails', async () => {
  await using scene = await aScene()
  await using outbox = await scene.open()
  scene.core.command = 'lost'
  await outbox.add(guidance('a'))
  await assert.rejects(outbox.flush(soon()), { code: 'lease-lost' })
  assert.deepEqual(scene.commands, ['lost'])
})

test('puts large texts into the artifact store', async () => {
  await using scene = await aScene()
  await using outbox = await scene.open()
  await outbox.add(guidance('x'.repeat(50_000)))
  await outbox.flush(soon())
  const [sent] = scene.requests.flatMap(({ facts }) => facts)
  assert.equal(sent?.fact.kind === 'guidance.added' && typeof sent.fact.text === 'object' && sent.fact.text.size, 50_000)
})
