import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { apiOf, startCodeForge } from '@codeforge/testing/codeforge-process'
import { withoutNats } from '@codeforge/testing/nats-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { attemptOf, embedded, ended, eventsOf, fixingScript, fleet, holderOf, modelSettings, sampleRepository, startRun } from './testing/columns.ts'
import { heldCommand } from './testing/held-command.ts'

const run = promisify(execFile)

for (const [name, open, options] of [['embedded', embedded, {}], ['fleet', fleet, { skip: await withoutNats() }]] as const) {
  describe(`a run in the ${name} column`, options, () => {
    test('goes from a request to a proved branch, and touches nothing else of the repository', async () => {
      await using model = await scriptedModelServer({ scripts: [fixingScript()] })
      await using column = await open(modelSettings(model))
      await using directory = await temporaryDirectory('repository')
      const repository = await sampleRepository(directory.path)
      const id = await startRun(column.ask, repository)
      const { outcome, gates, delivery } = await ended(column.ask, id)
      const events = await eventsOf(column.ask, id)
      const status = await run('git', ['status', '--porcelain'], { cwd: repository })
      const changed = await run('git', ['diff', '--stat', `main..codeforge/${id}`], { cwd: repository })
      assert.deepEqual({ outcome, gate: (gates as { status: string }[])[0]?.status, status: status.stdout }, { outcome: 'succeeded', gate: 'passed', status: '' })
      assert.match(changed.stdout, /src\/parse-duration\.js \| 2 \+-/)
      assert.equal((delivery as { branch: string }).branch, `codeforge/${id}`)
      assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    })
  })
}

describe('an embedded host', () => {
  test('that was killed in the middle of a run finishes it when it is started again', async () => {
    using held = heldCommand('node --test')
    await using model = await scriptedModelServer({ scripts: [fixingScript(held.command)] })
    await using data = await temporaryDirectory('data')
    await using directory = await temporaryDirectory('repository')
    const repository = await sampleRepository(directory.path)
    const environment = { CODEFORGE_PORT: '0', ...modelSettings(model) }
    await using killed = startCodeForge(['start', '--no-demo'], data.path, environment)
    const ask = await apiOf(killed)
    const id = await startRun(ask, repository)
    await held.waits()
    await killed.end('SIGKILL')
    held.letGo()
    await rm(join(data.path, 'host.json'))
    await using second = startCodeForge(['start', '--no-demo'], data.path, environment)
    const askAgain = await apiOf(second)
    const { outcome, attempt } = await ended(askAgain, id)
    const events = await eventsOf(askAgain, id)
    assert.deepEqual({ outcome, attempt }, { outcome: 'succeeded', attempt: 2 })
    assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    assert.equal(events.filter(({ kind }) => kind === 'delivery.completed').length, 1)
  })
})

describe('a fleet', { skip: await withoutNats() }, () => {
  test('finishes a run whose worker was killed in the middle of a tool, with one delivery', async () => {
    using held = heldCommand('node --test')
    await using model = await scriptedModelServer({ scripts: [fixingScript(held.command)] })
    await using column = await fleet(modelSettings(model))
    await using directory = await temporaryDirectory('repository')
    const repository = await sampleRepository(directory.path)
    const id = await startRun(column.ask, repository)
    await held.waits()
    const working = await eventsOf(column.ask, id)
    await holderOf(column, working).end('SIGKILL')
    held.letGo()
    const { outcome, attempt } = await ended(column.ask, id)
    const events = await eventsOf(column.ask, id)
    assert.equal(outcome, 'succeeded')
    assert.ok(Number(attempt) > attemptOf(working))
    assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    assert.equal(events.filter(({ kind }) => kind === 'delivery.completed').length, 1)
    const edits = events.filter(({ kind, data }) => kind === 'toolcall.completed' && data['tool'] === 'edit_file')
    assert.equal(edits.length, 1, 'a call whose result was recorded is not executed again')
  })
})
