import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordRequest } from '@codeforge/contracts/coordination'
import type { LiveMessage } from '@codeforge/contracts/event'
import { Redactor, Secret } from '@codeforge/contracts/secret'
import type { LlmRequest } from '@codeforge/ports/llm'
import { memoryArtifactStore } from '@codeforge/ports/testing/memory-artifact-store'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { refuseSecrets } from './patch-secrets.ts'
import { veil } from './veil.ts'

const value = 'correct-horse-battery'
const known = new Redactor([new Secret(value)])

/** Ports that keep what reaches them. */
function openScene() {
  const recorded: RecordRequest[] = []
  const asked: LlmRequest[] = []
  const shown: LiveMessage[] = []
  const refuse = async (): Promise<never> => { throw new Error('not part of this test') }
  const ports = veil({
    coordinator: {
      announce: refuse, claim: refuse, renew: refuse, extendHold: refuse, recall: refuse, secret: refuse, permitEffect: refuse,
      record: async (request: RecordRequest, _signal: AbortSignal) => {
        recorded.push(request)
        return { accepted: 1, command: 'go' as const }
      },
    },
    llms: {
      scripted: {
        async *complete(request: LlmRequest, _signal: AbortSignal) {
          asked.push(request)
          yield* []
        },
        models: async () => [],
      },
    },
    artifactStore: memoryArtifactStore(),
    queue: { broadcast: (_subject: string, payload: unknown) => { shown.push(payload as LiveMessage) } },
  }, known)
  return { ports, recorded, asked, shown, signal: AbortSignal.timeout(5000) }
}

test('no secret reaches an event, in whatever form and however deep', async () => {
  const { ports, recorded, signal } = openScene()
  const fact = {
    kind: 'toolcall.completed', turn: 1, callId: 'c', tool: 'shell', ok: true, output: null, exitCode: 0, durationMs: 1, changedFiles: [`${value}.txt`],
    observation: `${value} ${Buffer.from(value).toString('base64')} ${Buffer.from(value).toString('hex')}`,
  } as const
  await ports.coordinator.record({ facts: [{ ordinal: 1, at: '2026-01-31T12:00:00.000Z', fact }] } as never, signal)
  assert.deepEqual(recorded[0]?.facts[0]?.fact, { ...fact, changedFiles: ['***.txt'], observation: '*** *** ***' })
})

test('no secret reaches a model, configured or only looking like one', async () => {
  const { ports, asked, signal } = openScene()
  const token = ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')
  const messages = [{ role: 'user', text: `use ${value}` }, { role: 'tool', callId: 'c', text: `found ${token}` }]
  await Array.fromAsync(ports.llms.scripted.complete({ messages } as never, signal))
  assert.deepEqual(asked[0]?.messages.map(({ text }) => text), ['use ***', 'found ***'])
})

test('no secret reaches a text artifact; packed objects pass as they are', async () => {
  const { ports, signal } = openScene()
  const text = await ports.artifactStore.put(Buffer.from(`out ${value}`), 'text/plain; charset=utf-8', signal)
  const packed = await ports.artifactStore.put(Buffer.from(`out ${value}`), 'application/x-git-bundle', signal)
  const read = async (digest: typeof text.digest) => Buffer.from(await ports.artifactStore.get(digest, signal)).toString()
  assert.deepEqual([await read(text.digest), await read(packed.digest)], ['out ***', `out ${value}`])
})

test('a secret that is printed in two pieces is not shown in either', () => {
  const { ports, shown } = openScene()
  const piece = (text: string) => { ports.queue.broadcast('live.p', { kind: 'terminal.delta', runId: 'r', callId: 'c', text }) }
  piece('say correct-ho')
  piece('rse-battery now')
  assert.deepEqual(shown.map(({ text }) => text), ['say ', '*** now'])
})

const patch = (line: string) => Buffer.from(`diff --git a/src/a b.txt b/src/a b.txt\n--- a/src/a b.txt\n+++ b/src/a b.txt\n@@ -1 +1 @@\n-old\n${line}\n`)
const isRefused = (text: RegExp) => (error: unknown) => error instanceof CodeForgeError && error.code === 'secret-in-change' && text.test(error.message) && !error.message.includes(value)

test('a patch that holds a secret is refused, and the file is named', async () => {
  await assert.rejects(refuseSecrets(patch(`+key = ${value}`), known), isRefused(/^src\/a b\.txt holds the value/))
  await assert.rejects(refuseSecrets(patch(`+ghp_${'abcdefghijklmnopqrstuvwxyz0123456789'}`), known), isRefused(/src\/a b\.txt adds what looks like a secret \(github\)/))
})

test('a patch that only takes away what looks like a secret passes', async () => {
  await refuseSecrets(patch(`-ghp_${'abcdefghijklmnopqrstuvwxyz0123456789'}`), known)
  await refuseSecrets(patch('+const answer = 42'), known)
})

test('what a worker does with its ports besides telling stays possible', () => {
  const { ports } = openScene()
  const queue = { broadcast: () => undefined, consume: () => 'jobs' }
  assert.equal(veil({ ...ports, queue }, known).queue.consume(), 'jobs')
})
