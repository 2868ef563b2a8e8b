import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import type { ScriptedModelServer } from '@codeforge/scripted-model/server'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import type { Ask } from '@codeforge/testing/codeforge-process'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { ended, eventsOf, fixingScript, modelSettings, sampleRepository, shellCallOf } from './testing/columns.ts'

const run = promisify(execFile)

/** Limits are driven down one kind after the other, each with a host of its own on the same data: what they do not concern must stay. */
describe('what is past its time is removed, kind by kind, and nothing else', () => {
  const stack = new AsyncDisposableStack()
  let model: ScriptedModelServer
  let data = ''
  let [over, working] = ['', '']

  before(async () => {
    model = stack.use(await scriptedModelServer({ scripts: [fixingScript('seq 20000 && node --test'), { ...fixingScript('sleep 300'), name: 'long' }] }))
    data = stack.use(await temporaryDirectory('data')).path
    const repository = await sampleRepository(stack.use(await temporaryDirectory('repository')).path)
    await hosted({}, async (ask) => {
      const projectId = (await ask('POST', '/projects', { name: 'Sample', localPath: repository }))['id']
      const start = async (script: string) => String((await ask('POST', '/runs', { projectId, prompt: 'Fix it.', model: `scripted/${script}`, gates: [] }))['id'])
      over = await start('fix')
      assert.equal((await ended(ask, over))['outcome'], 'succeeded')
      working = await start('long')
      await shellCallOf(ask, working)
    })
  })
  after(async () => stack.disposeAsync())

  async function hosted(settings: Readonly<Record<string, string>>, work: (ask: Ask) => Promise<void>): Promise<void> {
    await using host = startCodeForge(['start', '--no-demo'], data, { CODEFORGE_PORT: '0', CODEFORGE_GIT_WARM_TREES: '0', ...modelSettings(model), ...settings })
    const ask = await apiOf(host)
    // What it began is gone on with, in a workspace of its own, a little after the host answers.
    if (working !== '') await until(async () => (await workspaces()).includes(working), 60_000, () => `run ${working} is not gone on with`)
    await work(ask)
    await host.end('SIGTERM')
  }

  const workspaces = (): Promise<readonly string[]> => readdir(join(data, 'repositories/workspaces')).catch(() => [])

  /** Checkpoints by their run. */
  async function checkpointsOf(id: string): Promise<number> {
    const [shadow = ''] = await Array.fromAsync(glob(join(data, 'repositories/repositories/*/shadow.git')))
    const { stdout } = await run('git', ['for-each-ref', '--format=%(refname)', `refs/checkpoints/${id}/`], { env: { ...process.env, GIT_DIR: shadow } })
    return stdout.split('\n').filter((line) => line !== '').length
  }

  const artifacts = async (): Promise<readonly string[]> =>
    (await readdir(join(data, 'artifacts'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name).sort()

  /** A file of the artifact store that nothing refers to. */
  async function plantArtifact(text: string): Promise<void> {
    const digest = createHash('sha256').update(text).digest('hex')
    const folder = join(data, 'artifacts', digest.slice(0, 2))
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, digest), text)
  }

  /** What a run that still works needs: its record, its events, its checkpoint, its workspace. */
  async function assertAtWork(ask: Ask): Promise<void> {
    assert.notEqual((await ask('GET', `/runs/${working}`))['status'], 'ended')
    assert.ok((await eventsOf(ask, working)).some(({ kind }) => kind === 'attempt.started'))
    assert.ok(await checkpointsOf(working) > 0)
    assert.deepEqual(await workspaces(), [working])
  }

  test('by the shipped limits everything stays', async () => {
    await hosted({}, async (ask) => {
      await shellCallOf(ask, working)
      const kept = await artifacts()
      assert.deepEqual(await ask('POST', '/gc', {}), { runs: 0, artifacts: 0, bytes: 0 })
      assert.deepEqual(await artifacts(), kept)
      assert.ok(kept.length > 0)
      assert.ok(await checkpointsOf(over) > 0)
      await assertAtWork(ask)
    })
  })

  test('artifacts that nothing refers to, and workspaces of runs that nobody knows', async () => {
    await hosted({ CODEFORGE_STORAGE_KEEP_UNREFERENCED_HOURS: '0' }, async (ask) => {
      const kept = await artifacts()
      await plantArtifact('nobody refers to this')
      await mkdir(join(data, 'repositories/workspaces/nobody/1'), { recursive: true })
      await writeFile(join(data, 'repositories/workspaces/nobody/1/file'), 'left')
      assert.equal((await artifacts()).length, kept.length + 1)
      assert.equal((await ask('POST', '/gc', {}))['artifacts'], 1)
      assert.deepEqual(await artifacts(), kept)
      await assertAtWork(ask)
    })
  })

  test('checkpoints of runs that ended; their events and artifacts stay', async () => {
    await hosted({ CODEFORGE_STORAGE_KEEP_CHECKPOINTS_DAYS: '0' }, async (ask) => {
      const kept = await artifacts()
      await ask('POST', '/gc', {})
      assert.equal(await checkpointsOf(over), 0)
      assert.ok((await eventsOf(ask, over)).length > 5)
      assert.deepEqual(await artifacts(), kept)
      await assertAtWork(ask)
    })
  })

  test('runs that ended, with their events and artifacts', async () => {
    await hosted({ CODEFORGE_STORAGE_KEEP_RUNS_DAYS: '0', CODEFORGE_STORAGE_KEEP_UNREFERENCED_HOURS: '0' }, async (ask) => {
      const before = await artifacts()
      const { runs, artifacts: removed } = await ask('POST', '/gc', {})
      assert.equal(runs, 1)
      await assert.rejects(ask('GET', `/runs/${over}`), /404/)
      await assert.rejects(ask('GET', `/runs/${over}/events`), /404/)
      assert.ok(Number(removed) > 0)
      assert.equal((await artifacts()).length, before.length - Number(removed))
      await assertAtWork(ask)
    })
  })
})
