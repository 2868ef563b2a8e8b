import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RecordReply, RecordRequest } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Fact } from '@codeforge/contracts/fact'
import { HoldId, RunId, WorkerId } from '@codeforge/contracts/ids'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { sendLeftovers } from './leftovers.ts'
import { openSpool } from './spool.ts'

const runId = RunId.parse('00000000-0000-7000-8000-00000000000a')
const workerId = WorkerId.parse('00000000-0000-7000-8000-00000000000b')
const holdId = HoldId.parse('00000000-0000-7000-8000-00000000000c')
const paid: Fact = { kind: 'model.failed', turn: 1, model: 'm', code: 'llm-timeout', message: '', willRetry: false, costMicroUsd: 300, holdId }
const facts: readonly Fact[] = [{ kind: 'guidance.added', text: 'poison' }, paid, { kind: 'guidance.added', text: 'more' }]

/** Attempts of this process that were given up with the same three facts, and a core that answers as it is told to. */
async function aScene(attempts: number, answer: (request: RecordRequest) => RecordReply, { told = facts, signal = AbortSignal.timeout(5000) } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-leftovers-'))
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const spool = await openSpool(directory, { runId, attempt, workerId })
    await spool.append(told.map((fact, index) => ({ ordinal: index + 1, at: '2026-01-31T00:00:00.000Z', fact })))
    await spool.close({ remove: false })
  }
  const requests: RecordRequest[] = []
  const coordinator = {
    async record(request: RecordRequest) {
      requests.push(request)
      return answer(request)
    },
  }
  const log = memoryLog()
  return {
    log,
    look: () => sendLeftovers({ coordinator, log }, directory, signal),
    sent: () => requests.map((request) => `${request.attempt}: ${request.facts.map(({ ordinal }) => ordinal).join(' ')}`),
    files: async () => (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.jsonl')).length,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

const lost = ({ facts: [...told] }: RecordRequest): RecordReply => ({ accepted: told.at(-1)?.ordinal ?? 0, command: 'lost' })

test('tells core what attempts had not told that were given up, and forgets it then', async () => {
  await using scene = await aScene(2, lost)
  assert.deepEqual(await scene.look(), { told: 2, left: 0 })
  assert.deepEqual([scene.sent(), await scene.files(), await scene.look()], [['1: 1 2 3', '2: 1 2 3'], 0, { told: 0, left: 0 }])
})

test('what core fails at does not hold up what was spent', async () => {
  await using scene = await aScene(1, (request) => {
    if (request.facts.some(({ ordinal }) => ordinal === 1)) throw new CodeForgeError('internal', 'poison')
    return lost(request)
  })
  assert.deepEqual(await scene.look(), { told: 1, left: 0 })
  assert.deepEqual([scene.sent(), await scene.files()], [['1: 1 2 3', '1: 2'], 0])
})

test('waits while core takes the attempt for current and misses facts before these', async () => {
  let current = true
  await using scene = await aScene(1, (request) => {
    if (request.facts.length > 1) throw new CodeForgeError('internal', 'poison')
    return current ? { accepted: 0, command: 'go' } : lost(request)
  })
  assert.deepEqual([await scene.look(), await scene.files()], [{ told: 0, left: 1 }, 1])
  current = false
  assert.deepEqual([await scene.look(), await scene.files()], [{ told: 1, left: 0 }, 0])
})

test('stops where core is away, says what is left, and tells all of it later', async () => {
  let away = true
  await using scene = await aScene(3, (request) => {
    if (away) throw new CodeForgeError('store-unavailable', 'away')
    return lost(request)
  })
  assert.deepEqual([await scene.look(), scene.sent().length], [{ told: 0, left: 3 }, 1])
  const [line] = scene.log.lines
  assert.deepEqual([line?.level, line?.['spentMicroUsd'], line?.['runId']], ['warn', 300, runId])
  away = false
  assert.deepEqual(await scene.look(), { told: 3, left: 0 })
})

test('what nobody answered because the worker stops is not forgotten', async () => {
  const stopping = new AbortController()
  await using scene = await aScene(2, () => {
    stopping.abort()
    throw new DOMException('stopping', 'AbortError')
  }, { signal: stopping.signal })
  assert.deepEqual([await scene.look(), scene.sent().length, await scene.files()], [{ told: 0, left: 2 }, 1, 2])
})

test('where nothing was spent, what core fails at once is told again', async () => {
  let failing = true
  await using scene = await aScene(1, (request) => {
    if (failing) throw new CodeForgeError('internal', 'a fault')
    return lost(request)
  }, { told: [{ kind: 'guidance.added', text: 'mind the tests' }] })
  assert.deepEqual([await scene.look(), await scene.files()], [{ told: 0, left: 1 }, 1])
  failing = false
  assert.deepEqual([await scene.look(), await scene.files()], [{ told: 1, left: 0 }, 0])
})
