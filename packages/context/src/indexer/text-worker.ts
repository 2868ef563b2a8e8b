import { parentPort, workerData } from 'node:worker_threads'
import { openBlobStore } from '../store/blob-store.ts'
import { loadDerivers } from './derivers.ts'
import type { Deriver } from './indexed-tree.ts'
import type { IndexLimits } from './limits.ts'
import { parseText, readText, reasonOf, type Reading, type TextRequest, type TextResult } from './read-texts.ts'

/** What a thread is started with. */
export interface WorkerStart {
  readonly root: string
  readonly storePath: string
  readonly limits: IndexLimits
  readonly derivers: readonly Deriver[]
  /** One number that both sides see: which file of the batch the thread is at. */
  readonly position: Int32Array<SharedArrayBuffer>
}

/** Some files for a thread. */
export interface WorkerBatch {
  readonly task: 'scan' | 'parse'
  readonly requests: readonly TextRequest[]
}

async function work(): Promise<void> {
  const { root, storePath, limits, derivers, position } = workerData as WorkerStart
  const reading: Reading = { root, limits, derivers, store: openBlobStore(storePath), functions: await loadDerivers(derivers) }
  parentPort?.on('message', (batch: WorkerBatch) => {
    void answer(reading, batch, position).then((results) => parentPort?.postMessage(results))
  })
}

async function answer(reading: Reading, { task, requests }: WorkerBatch, position: Int32Array<SharedArrayBuffer>): Promise<TextResult[]> {
  const results: TextResult[] = []
  for (const [place, request] of requests.entries()) {
    Atomics.store(position, 0, place)
    try {
      results.push(task === 'scan' ? readText(reading, request) : await parseText(reading, request))
    } catch (error) {
      results.push({ status: 'skipped', path: request.path, hash: null, reason: reasonOf(error), values: [] })
    }
  }
  return results
}

// A thread's module is its beginning: nothing else imports it.
if (parentPort !== null) void work()
