import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe } from 'node:test'
import { defaultTenant } from '@codeforge/contracts/ids'
import type { Store } from '../../store/store.ts'
import { anArtifact, aQuestion, aTask, context, drafts, noon, plenty } from './builders.ts'
import { accepted } from './acceptances.ts'
import { insertJob, insertProject, insertRun, type StoreTest } from './subject.ts'

const never = () => assert.fail('nothing is to be migrated')
const patient = () => AbortSignal.timeout(60_000)

export function describeUpkeep(test: StoreTest): void {
  describe('migrations', () => {
    test('migrating again does nothing', async (store) => {
      const { migration } = await store.status()
      assert.deepEqual(await store.migrate(never), { from: migration, to: migration })
    })

    test('everything can be undone and done again', async (store) => {
      const { migration } = await store.status()
      await store.migrateDown(0)
      assert.equal((await store.status()).migration, 0)
      assert.deepEqual(await store.migrate(never), { from: 0, to: migration })
      await insertJob(store)
    })

    test('the log is the same before a migration and after, whichever way', async (store) => {
      const { migration } = await store.status()
      const runs = [accepted(), accepted({ prompt: 'other' })]
      await store.acceptances.insertAll(runs)
      const log = await store.events.readAll(0, 9)
      await store.migrateDown(migration - 1)
      await store.migrate(() => Promise.resolve())
      assert.deepEqual(await store.events.readAll(0, 9), log)
      for (const { run } of runs) await store.events.append(`run.${run.view.id}`, 1, drafts(1), context)
      assert.equal((await store.events.readAll(log.at(-1)?.position ?? 0, 9)).length, 2)
    })

    test('data are backed up before they are migrated', async (store) => {
      const { migration } = await store.status()
      await store.migrateDown(migration - 1)
      const calls: number[][] = []
      await store.migrate((from, to) => { calls.push([from, to]); return Promise.resolve() })
      assert.deepEqual(calls, [[migration - 1, migration]])
    })

    test('where the backup before fails, nothing is migrated', async (store) => {
      const { migration } = await store.status()
      await store.migrateDown(migration - 1)
      await assert.rejects(store.migrate(() => Promise.reject(new Error('no room'))), { message: 'no room' })
      assert.equal((await store.status()).migration, migration - 1)
    })

    test('two that migrate at once do it once', async (store) => {
      const { migration } = await store.status()
      await store.migrateDown(0)
      const done = await Promise.all([store.migrate(never), store.migrate(never)])
      assert.deepEqual(done.sort((one, other) => one.from - other.from), [{ from: 0, to: migration }, { from: migration, to: migration }])
    })

    test('the status tells engine, migration and size', async (store) => {
      const status = await store.status()
      assert.ok(status.engine.length > 0 && status.migration > 0 && status.sizeBytes > 0)
    })
  })

  describe('backup', () => {
    test('a restored backup holds everything and nothing else, and positions go on', async (store) => {
      await using directory = await temporary()
      const before = await fill(store)
      await store.backup(directory.file, patient())
      assert.equal((await stat(directory.file)).mode & 0o077, 0)
      await insertJob(store)
      await store.settings.set('later', 'yes')
      await store.restore(directory.file, patient())
      assert.deepEqual(await contents(store, before), before)
      const [next] = await store.events.append('system', 0, drafts(1), context)
      assert.ok((next?.position ?? 0) > (before.events.at(-1)?.position ?? 0))
    })

    test('a damaged or cut file is refused and changes nothing', async (store) => {
      await using directory = await temporary()
      await fill(store)
      await store.backup(directory.file, patient())
      const whole = await readFile(directory.file)
      await store.settings.set('later', 'yes')
      const flipped = Buffer.from(whole)
      const middle = Math.floor(flipped.length / 2)
      flipped.writeUInt8(flipped.readUInt8(middle) ^ 1, middle)
      for (const bytes of [whole.subarray(0, whole.length - 40), flipped, Buffer.from('not a backup'), Buffer.alloc(0)]) {
        await writeFile(directory.file, bytes)
        await assert.rejects(store.restore(directory.file, patient()), { code: 'invalid-input' })
      }
      assert.equal(await store.settings.get('later'), 'yes')
    })

    test('a backup of an older migration is brought up to date', async (store) => {
      await using directory = await temporary()
      const { migration } = await store.status()
      await store.migrateDown(migration - 1)
      await store.backup(directory.file, patient())
      await store.migrate(() => Promise.resolve())
      await store.restore(directory.file, patient())
      assert.equal((await store.status()).migration, migration)
      await store.settings.set('works', 'yes')
    })

    test('a file that is not there is said to be missing', async (store) => {
      await assert.rejects(store.restore('/nowhere/backup', patient()), { code: 'not-found' })
    })

    test('an aborted backup leaves no file', async (store) => {
      await using directory = await temporary()
      await assert.rejects(store.backup(directory.file, AbortSignal.abort(new Error('enough'))), { message: 'enough' })
      assert.deepEqual(await readdir(dirname(directory.file)), [])
      await store.backup(directory.file, patient())
    })

    test('an aborted restore changes nothing', async (store) => {
      await using directory = await temporary()
      await store.backup(directory.file, patient())
      await store.settings.set('later', 'yes')
      await assert.rejects(store.restore(directory.file, AbortSignal.abort(new Error('enough'))), { message: 'enough' })
      assert.equal(await store.settings.get('later'), 'yes')
    })
  })
}

async function temporary() {
  const path = await mkdtemp(join(tmpdir(), 'codeforge-backup-'))
  return { file: join(path, 'backup'), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

/** Puts something into every table. */
async function fill(store: Store) {
  const project = await insertProject(store)
  const task = aTask({ projectId: project.id, body: 'tab\there\nline \\. backslash' })
  await store.tasks.insert(task)
  const run = await insertRun(store, { prompt: '\\.\n\\N' })
  await insertJob(store)
  await store.jobs.takeDue(noon, plenty)
  await store.questions.insert(defaultTenant, aQuestion(run))
  await store.artifacts.put(anArtifact(run))
  await store.events.append(`run.${run.view.id}`, 0, drafts(3, 'a\nb'), context)
  const one = accepted({ prompt: 'tab\t "quoted"' })
  await store.acceptances.insertAll([one])
  await store.events.append(`run.${one.run.view.id}`, 1, drafts(1), context)
  await store.budgets.hold([{ scope: 'day', limitMicroUsd: 10 }], 5)
  await store.idempotency.claim(defaultTenant, 'key', 'request', noon)
  await store.idempotency.complete(defaultTenant, 'key', { status: 200, body: '{}' })
  await store.workers.announce({ workerId: '00000000-0000-7000-8000-0000000000aa' as never, pools: ['default'], slots: 1, busy: 0, sandbox: 'mount', version: '1', stopping: false }, noon)
  await store.settings.set('a', 'b')
  return contents(store, { project, task, run })
}

async function contents(store: Store, of: { readonly project: { id: never | string } | null; readonly task: { id: string } | null; readonly run: { view: { id: string } } | null }) {
  const [project, task, run] = [of.project?.id as never, of.task?.id as never, of.run?.view.id as never]
  return {
    project: await store.projects.get(project),
    task: await store.tasks.get(task),
    run: await store.runs.get(run),
    jobs: await store.jobs.counts(),
    questions: await store.questions.list({ tenant: defaultTenant }, { limit: 10 }),
    artifacts: await store.artifacts.list(run),
    events: await store.events.readAll(0, 100),
    budget: await store.budgets.get('day'),
    reply: await store.idempotency.claim(defaultTenant, 'key', 'request', noon),
    workers: await store.workers.alive(noon),
    settings: [await store.settings.get('a'), await store.settings.get('later')],
  }
}
