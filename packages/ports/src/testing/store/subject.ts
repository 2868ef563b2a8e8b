import { test } from 'node:test'
import type { RunRecord } from '../../store/runs.ts'
import type { Store } from '../../store/store.ts'
import { aJob, aProject, aRun } from './builders.ts'

/** Opens an empty store with every migration applied; what is opened next may be the same database made empty again. */
export type OpenStore = () => Promise<Store & AsyncDisposable>

/** Declares a test that gets a store of its own. */
export type StoreTest = (name: string, body: (store: Store) => Promise<void>) => void

export function storeTests(open: OpenStore): StoreTest {
  return (name, body) => {
    void test(name, async () => {
      await using store = await open()
      await body(store)
    })
  }
}

/** Stores a run and returns it. */
export async function insertRun(store: Pick<Store, 'runs'>, ...parts: Parameters<typeof aRun>): Promise<RunRecord> {
  const run = aRun(...parts)
  await store.runs.insert(run)
  return run
}

/** Stores a run with its job and returns the job. */
export async function insertJob(store: Pick<Store, 'runs' | 'jobs'>, run: RunRecord = aRun(), change: Parameters<typeof aJob>[1] = {}) {
  await store.runs.insert(run)
  const job = aJob(run, change)
  await store.jobs.insert(job)
  return job
}

export async function insertProject(store: Pick<Store, 'projects'>, change: Parameters<typeof aProject>[0] = {}) {
  const project = aProject(change)
  await store.projects.insert(project)
  return project
}

/** A promise with its key, to let one transaction wait for a moment in another. A test that fails before reaches it, so that no transaction stays open. */
export function moment(): Disposable & { readonly reached: Promise<void>; reach(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const reach = () => { resolve(undefined) }
  return { reached: promise, reach, [Symbol.dispose]: reach }
}

/** Whether a promise is still pending after work that would have settled it has had its turn in the database. */
export async function isPending(promise: Promise<unknown>, store: Pick<Store, 'settings'>): Promise<boolean> {
  let settled = false
  const mark = () => { settled = true }
  promise.then(mark, mark)
  for (let turns = 0; turns < 20; turns += 1) await store.settings.get('any')
  return !settled
}
