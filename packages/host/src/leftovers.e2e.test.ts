import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { until } from '@codeforge/testing/codeforge-process'
import { freePort } from '@codeforge/testing/free-port'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { embedded, ended, eventsOf, fixingScript, sampleRepository } from './testing/columns.ts'
import type { Column } from './testing/columns.ts'
import { processesWith } from './testing/processes.ts'

const run = promisify(execFile)

const server = `import { createServer } from 'node:net'
createServer().on('error', ({ code }) => console.log(code)).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'))
`

/** Without a sandbox, where it is hardest: nothing but process groups and marks says whose a process is. */
describe('without a sandbox, nothing that a run started is left', { concurrency: 3 }, () => {
  const stack = new AsyncDisposableStack()
  const long = `300.${process.pid}${randomInt(1_000_000)}`
  let column: Column
  let project = ''

  before(async () => {
    const port = await freePort()
    const scripts = {
      // The server leaves the session of its command, as one that a test forgot.
      serving: fixingScript(`setsid node server.mjs ${port} > log.txt 2>&1 & for try in $(seq 600); do test -s log.txt && break; sleep 0.1; done; cat log.txt`),
      cancelled: fixingScript(`setsid sleep ${long}1 > /dev/null 2>&1 & sleep ${long}1`),
      late: fixingScript(`setsid sleep ${long}2 > /dev/null 2>&1 & sleep ${long}2`),
    }
    const model = stack.use(await scriptedModelServer({ scripts: Object.entries(scripts).map(([name, { turns }]) => ({ name, turns })) }))
    const repository = await sampleRepository(stack.use(await temporaryDirectory('repository')).path)
    await writeFile(join(repository, 'server.mjs'), server)
    await run('git', ['add', '--all'], { cwd: repository })
    await run('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', 'commit', '-qm', 'server'], { cwd: repository })
    column = stack.use(await embedded({
      CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/serving', CODEFORGE_SANDBOX_ADAPTER: 'mount',
      CODEFORGE_RUNS_POLICY: 'trusted-mount-autonomous', CODEFORGE_WORKER_SLOTS: '3', CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: '3',
    }))
    project = String((await column.ask('POST', '/projects', { name: 'Sample', localPath: repository }))['id'])
  })
  after(async () => stack.disposeAsync())

  const start = async (script: string, more: object = {}): Promise<string> =>
    String((await column.ask('POST', '/runs', { projectId: project, prompt: 'Fix it.', model: `scripted/${script}`, deliver: 'none', ...more }))['id'])
  const shellSaid = async (id: string): Promise<string> =>
    String((await eventsOf(column.ask, id)).find(({ kind, data }) => kind === 'toolcall.completed' && data['tool'] === 'shell')?.data['observation'])

  test('after its end: a server on a fixed port does not spoil the next run', async () => {
    for (const place of ['first', 'second']) {
      const id = await start('serving')
      assert.equal((await ended(column.ask, id))['outcome'], 'succeeded', place)
      assert.match(await shellSaid(id), /listening/, place)
    }
    assert.deepEqual(await processesWith('node server.mjs'), [])
  })

  for (const [what, script, mark, limit] of [['a cancel', 'cancelled', `${long}1`, {}], ['a time-out', 'late', `${long}2`, { timeoutSeconds: 20 }]] as const) {
    test(`after ${what}`, async () => {
      const id = await start(script, limit)
      await until(async () => (await processesWith(`sleep ${mark}`)).length >= 2, 30_000, () => 'the tool started nothing')
      if (script === 'cancelled') await column.ask('POST', `/runs/${id}/cancel`, {})
      const { outcome } = await ended(column.ask, id)
      assert.equal(outcome, script === 'cancelled' ? 'cancelled' : 'timeout')
      assert.deepEqual(await processesWith(`sleep ${mark}`), [])
    })
  }
})
