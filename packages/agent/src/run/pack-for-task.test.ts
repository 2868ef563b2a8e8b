import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CodeQuestion } from '@codeforge/contracts/code'
import { Config } from '@codeforge/contracts/config'
import { estimateTokens } from '@codeforge/domain/tokens'
import { packForTask } from './pack-for-task.ts'

/** Tokens that are asked for. */
async function asked(retrieval: Readonly<Record<string, number>>, contextTokens: number, prompt = 'task'): Promise<number> {
  let tokens = 0
  const ask = async ({ request }: CodeQuestion) => {
    if (request.kind === 'pack') tokens = request.tokens
    return { status: null, result: JSON.stringify({ entries: [], tokens: 0, text: '', note: '' }) }
  }
  const session = {
    work: { prompt, projectId: 'p', model: { model: 'm', contextTokens } },
    ports: { code: { ask } },
    config: { retrieval: Config.parse({ retrieval }).retrieval },
  }
  // Of a session it takes only these; the rest would be a whole run.
  await packForTask(session as unknown as Parameters<typeof packForTask>[0], { path: '/nowhere', snapshot: null }, AbortSignal.timeout(5000))
  return tokens
}

test('a pack takes what is configured, at most an eighth of the context, and leaves the reserve beside the task', async () => {
  assert.equal(await asked({}, 128_000), 4096)
  assert.equal(await asked({ contextTokens: 9000 }, 128_000), 9000)
  assert.equal(await asked({}, 8000), 1000)
  const long = 'word '.repeat(4500)
  const left = 8000 - estimateTokens(long) - 1500
  assert.ok(left > 200 && left < 1000)
  assert.equal(await asked({ promptReserve: 1500 }, 8000, long), left)
  assert.equal(await asked({ promptReserve: 8000 }, 8000), 200)
})
