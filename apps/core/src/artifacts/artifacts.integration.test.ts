import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Artifact } from '@codeforge/contracts/artifact'
import type { BlobRef } from '@codeforge/contracts/blob'
import type { RunId } from '@codeforge/contracts/ids'
import type { Run } from '@codeforge/contracts/run'
import { fact, openScene, ordinals, refused } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

const soon = (): AbortSignal => AbortSignal.timeout(10_000)
const patchText = 'diff --git a/größe.ts b/größe.ts\n+<script>alert(1)</script>\n'

describe('what a run produced', () => {
  let scene: Scene
  let run: RunId
  let patch: BlobRef
  let output: BlobRef
  before(async () => {
    scene = await openScene()
    run = await scene.run(await scene.project())
    patch = await scene.ports.artifacts.put(Buffer.from(patchText), 'text/x-patch', soon())
    output = await scene.ports.artifacts.put(Buffer.from('<b>hello</b>'), 'application/octet-stream', soon())
    const workerId = scene.worker()
    await scene.claim(run, workerId)
    const facts = ordinals([
      fact.checkpoint('t1'),
      { kind: 'toolcall.completed', turn: 1, callId: 'c', tool: 'shell', ok: true, observation: 'hello', output, exitCode: 0, durationMs: 1, changedFiles: [] },
      { kind: 'delivery.completed', mode: 'branch', tree: 't1', branch: 'codeforge/x', commit: 'abc', patch, stat: { files: 1, insertions: 1, deletions: 0 } },
      fact.finished,
    ])
    await scene.core.coordinator.record({ runId: run, attempt: 1, workerId, facts }, soon())
  })
  after(async () => { await scene[Symbol.asyncDispose]() })

  test('is listed', async () => {
    const { body } = await scene.call<{ items: readonly Artifact[] }>('GET', `/api/v1/runs/${run}/artifacts`)
    assert.deepEqual(body.items.map(({ name, blob }) => [name, blob.digest]).sort(), [
      ['delivery/change.patch', patch.digest], ['toolcalls/5-shell.log', output.digest],
    ])
  })

  test('is downloaded by name, as the diff, and by digest', async () => {
    for (const path of ['artifacts/delivery/change.patch', 'diff', `blobs/${patch.digest}`]) {
      const { status, body, headers } = await scene.call('GET', `/api/v1/runs/${run}/${path}`)
      assert.deepEqual([status, body, headers['content-length']], [200, patchText, String(patch.size)], path)
    }
  })

  test('is its diff also where it ended unfinished, and its figures are in the run', async () => {
    const other = await scene.run(await scene.project())
    const workerId = scene.worker()
    await scene.claim(other, workerId)
    const stat = { files: 1, insertions: 1, deletions: 0 }
    const facts = ordinals([
      fact.checkpoint('t1'), { kind: 'change.kept', tree: 't1', patch, stat },
      { kind: 'work.ended', result: { kind: 'failed', outcome: 'timeout', code: 'timeout', message: 'too long' } },
    ])
    await scene.core.coordinator.record({ runId: other, attempt: 1, workerId, facts }, soon())
    assert.equal((await scene.call('GET', `/api/v1/runs/${other}/diff`)).body, patchText)
    const { body } = await scene.call<Run>('GET', `/api/v1/runs/${other}`)
    assert.deepEqual([body.outcome, body.delivery, body.kept], ['timeout', null, stat])
  })

  test('is never served as something that a browser would run', async () => {
    const text = await scene.call('GET', `/api/v1/runs/${run}/diff`)
    assert.deepEqual([text.headers['content-type'], text.headers['content-disposition']], ['text/plain; charset=utf-8', "attachment; filename*=UTF-8''change.patch"])
    const binary = await scene.call('GET', `/api/v1/runs/${run}/blobs/${output.digest}`)
    assert.deepEqual([binary.headers['content-type'], binary.headers['x-content-type-options']], ['application/octet-stream', 'nosniff'])
  })

  test('is refused where the run has no such thing', async () => {
    const other = await scene.run(await scene.project())
    for (const path of [`${run}/artifacts/nothing`, `${other}/diff`, `${other}/blobs/${patch.digest}`, `${run}/artifacts/..%2f..%2ftoken`]) {
      assert.deepEqual(refused(await scene.call('GET', `/api/v1/runs/${path}`)), [404, 'not-found'], path)
    }
    assert.deepEqual(refused(await scene.call('GET', `/api/v1/runs/${scene.ports.ids.next()}/artifacts`)), [404, 'not-found'])
    assert.deepEqual(refused(await scene.call('GET', `/api/v1/runs/${run}/blobs/xyz`)), [400, 'invalid-input'])
  })

  test('that is listed but gone is refused before anything is sent', async () => {
    await scene.ports.artifacts.delete(output.digest)
    assert.deepEqual(refused(await scene.call('GET', `/api/v1/runs/${run}/blobs/${output.digest}`)), [404, 'not-found'])
  })
})
