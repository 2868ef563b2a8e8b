import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { usualTuning } from '@codeforge/context/search/tuning'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { ThreadLink } from './thread-link.ts'

test('a question that comes while an idle thread is being ended is answered by the next one', async () => {
  await using folder = await temporaryDirectory('thread-link')
  const directory = join(folder.path, 'tree')
  await mkdir(directory)
  await writeFile(join(directory, 'tariff.js'), 'export function tariff() { return 41 }\n')
  await using link = new ThreadLink({ storeDirectory: join(folder.path, 'store'), semantic: null, tuning: usualTuning }, 1)
  const ask = async () => link.ask({ directory, request: { kind: 'symbol', name: 'tariff' }, snapshot: null }, AbortSignal.timeout(30_000))
  const first = await ask()
  await pause(2) // the timer that ends the thread comes first; the thread takes longer to end
  assert.deepEqual((await ask()).result, first.result)
})
