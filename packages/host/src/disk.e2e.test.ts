import assert from 'node:assert/strict'
import { cp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { apiOf, startCodeForge } from '@codeforge/testing/codeforge-process'
import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import { inMountNamespace, readOnly, seenBy, smallDisk, withoutMountNamespaces } from '@codeforge/testing/mount-namespace'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { ended, eventsOf, fixingScript, sampleRepository } from './testing/columns.ts'
import { heldCommand } from './testing/held-command.ts'

const [deleting, filling] = [heldCommand('ls'), heldCommand('ls')]

/** Runs choose theirs by the model's name. */
const scripts = {
  quick: fixingScript('ls'),
  deleting: fixingScript(deleting.command),
  waiting: fixingScript(filling.command),
  filling: fixingScript("printf '%*s' 25165824 '' > filling.bin"),
}

describe('when a disk or a repository gives out', { skip: await withoutMountNamespaces(), concurrency: false }, () => {
  const stack = new AsyncDisposableStack()
  let host: CodeForgeProcess
  let ask: Ask
  let data = ''
  const paths: Record<'plain' | 'readOnly' | 'deleted', string> = { plain: '', readOnly: '', deleted: '' }

  before(async () => {
    const model = stack.use(await scriptedModelServer({ scripts: Object.entries(scripts).map(([name, { turns }]) => ({ name, turns })) }))
    const directory = stack.use(await temporaryDirectory('disk')).path
    for (const name of ['plain', 'readOnly', 'deleted'] as const) paths[name] = await sampleRepository(join(directory, name))
    const own = join(directory, 'data')
    const mounts = [smallDisk(own, 200), smallDisk(join(own, 'repositories'), 10), readOnly(paths.readOnly)]
    const settings = {
      CODEFORGE_PORT: '0', CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/quick', CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: '5',
    }
    host = stack.use(startCodeForge(['start', '--no-demo'], own, settings, inMountNamespace(mounts)))
    data = seenBy(host.pid, own)
    ask = await apiOf({ dataDirectory: data, output: host.output, ended: host.ended })
  })
  for (const held of [deleting, filling]) stack.use(held)
  after(async () => stack.disposeAsync())

  const project = async (localPath: string): Promise<unknown> => (await ask('POST', '/projects', { name: 'Sample', localPath }))['id']
  const start = async (localPath: string, script: keyof typeof scripts, more: object = {}): Promise<string> =>
    String((await ask('POST', '/runs', { projectId: await project(localPath), prompt: 'Fix it.', model: `scripted/${script}`, ...more }))['id'])
  const end = async (id: string): Promise<{ outcome: unknown; code: unknown; message: string }> => {
    const { outcome } = await ended(ask, id)
    const failed = (await eventsOf(ask, id)).find(({ kind }) => kind === 'run.failed')?.data
    return { outcome, code: failed?.['code'] ?? null, message: String(failed?.['message'] ?? '') }
  }
  const succeeds = async (id: string): Promise<void> => assert.deepEqual(await end(id), { outcome: 'succeeded', code: null, message: '' })

  test('a workspace without space ends its run with that reason, and the next run goes well', async () => {
    const { outcome, code, message } = await end(await start(paths.plain, 'filling', { policy: 'headless-permissive-sandbox' }))
    assert.deepEqual([outcome, code], ['infrastructure', 'disk-full'], message)
    await succeeds(await start(paths.plain, 'quick'))
  })

  test('a repository that cannot be written gets no branch, and the run says so', async () => {
    const { outcome, message } = await end(await start(paths.readOnly, 'quick'))
    assert.equal(outcome, 'undelivered')
    assert.match(message, /read-only|cannot be written/i)
  })

  test('in a workspace that cannot be written the model is told so, and no gate is taken in', async () => {
    const gates = [{ name: 'tests', command: 'node --test', fixAttempts: 0 }]
    const id = await start(paths.readOnly, 'quick', { workspaceMode: 'local_path', deliver: 'none', gates })
    const { outcome } = await end(id)
    const edit = (await eventsOf(ask, id)).find(({ kind, data }) => kind === 'toolcall.completed' && data['tool'] === 'edit_file')?.data
    assert.deepEqual([outcome, edit?.['ok']], ['gate-failed', false])
    assert.match(String(edit?.['observation']), /read-only|cannot be written/i)
  })

  test('a repository that is deleted under a run ends it with that reason; put back, the next run goes well', async () => {
    const kept = `${paths.deleted}-kept`
    await cp(paths.deleted, kept, { recursive: true })
    const id = await start(paths.deleted, 'deleting')
    await deleting.waits()
    await rm(paths.deleted, { recursive: true })
    deleting.letGo()
    const { outcome, message } = await end(id)
    assert.equal(outcome, 'undelivered', message)
    assert.match(message, /no longer|is gone|there is no|does not exist/i)
    const next = await ask('POST', '/runs', { projectId: await project(paths.plain), prompt: 'x' }).catch((error: unknown) => String(error))
    assert.ok(typeof next === 'object', 'a run on another repository is accepted meanwhile')
    await cp(kept, paths.deleted, { recursive: true })
    await succeeds(await start(paths.deleted, 'quick'))
  })

  test('a full data directory refuses new runs with that reason; what was accepted ends once there is space', async () => {
    const accepted = await start(paths.plain, 'waiting')
    await filling.waits()
    const filler = join(data, 'filler')
    await fill(filler)
    const refusals: string[] = []
    for (let tries = 0; tries < 30 && refusals.length === 0; tries += 1) {
      await start(paths.plain, 'quick').catch((error: unknown) => refusals.push(String(error)))
    }
    await rm(filler)
    assert.match(refusals[0] ?? 'it was accepted', /disk-full/)
    filling.letGo()
    await succeeds(accepted)
    await succeeds(await start(paths.plain, 'quick'))
  })
})

/** Writes until there is no space left, at most 400 MB. */
async function fill(path: string): Promise<void> {
  await using file = await open(path, 'w')
  for (const size of [1_048_576, 4096]) {
    const block = Buffer.alloc(size)
    for (let written = 0; written < 400; written += 1) {
      try {
        const { bytesWritten } = await file.write(block)
        if (bytesWritten < size) break
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
        break
      }
    }
  }
}
