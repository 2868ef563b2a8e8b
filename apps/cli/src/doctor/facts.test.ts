import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDataDirectory } from '@codeforge/host/data/data-directory'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { checkFacts } from './services.ts'

const [runId, workerId, holdId] = ['a', 'b', 'c'].map((letter) => `00000000-0000-7000-8000-00000000000${letter}`)

test('what a lost attempt could not tell is shown with its cost, and what becomes of it', async () => {
  await using temporary = await temporaryDirectory('doctor-facts')
  const directory = await openDataDirectory(temporary.path)
  assert.equal((await checkFacts({ directory })).status, 'ok')
  const fact = { kind: 'model.failed', turn: 1, model: 'm', code: 'llm-timeout', message: '', willRetry: false, costMicroUsd: 30_000, holdId }
  const lines = [{ runId, attempt: 1, workerId, process: 'gone' }, { ordinal: 1, at: '2026-01-31T00:00:00.000Z', fact }]
  await mkdir(join(directory.spool, String(runId)), { recursive: true })
  await writeFile(join(directory.spool, String(runId), '1.left.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const { status, detail, help } = await checkFacts({ directory })
  assert.deepEqual([status, detail], ['warn', 'core has not taken all of 1 attempt yet, $0.0300 of cost included'])
  assert.match(help ?? '', /sent again/)
})
