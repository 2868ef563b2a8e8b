import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { decodeFacts } from '../extract/encode-facts.ts'
import type { BlobStore } from '../store/blob-store.ts'
import { openBlobStore } from '../store/blob-store.ts'
import { factsKind, loadDerivers } from './derivers.ts'
import { type Gatherer, type Gathering, loadGathering } from './gatherer.ts'
import type { Deriver } from './indexed-tree.ts'
import type { IndexLimits } from './limits.ts'
import { gatherText, readText, reasonOf, type Reading, type TextRequest, type TextResult } from './read-texts.ts'

/** What a thread is started with. */
export interface WorkerStart {
  readonly root: string
  readonly storePath: string
  /** Directory of compiled code, which threads begin with. */
  readonly codeCache: string
  readonly limits: IndexLimits
  readonly derivers: readonly Deriver[]
  /** One number that both sides see: which file of the batch the thread is at. */
  readonly position: Int32Array<SharedArrayBuffer>
}

/** What is to be done with texts: the quick scan, the grammars, or nothing but gathering. */
export type TextTask = 'scan' | 'parse' | 'gather'

/** Some files for a thread. */
export interface WorkerBatch {
  readonly task: TextTask
  readonly requests: readonly TextRequest[]
  /** What is to be made of them besides; the same for as long as the thread lives. */
  readonly gather?: Pick<Gatherer, 'module' | 'exportName'> | undefined
  /** Whether nothing was ever kept: then nothing has to be looked for. */
  readonly empty: boolean
}

/** What became of them. */
export interface WorkerReply {
  readonly results: readonly TextResult[]
  readonly gathered: unknown
}

const { root, storePath, limits, derivers, position } = (workerData ?? {}) as WorkerStart
let store: BlobStore | undefined
let gathering: Gathering | undefined

async function work(): Promise<void> {
  const functions = await loadDerivers(derivers)
  parentPort?.on('message', (batch: WorkerBatch) => {
    // Opened when first needed: a repository that nothing is known of needs none.
    const reading: Reading = { root, limits, derivers, functions, store: batch.empty ? emptyStore : (store ??= openBlobStore(storePath)) }
    void answer(reading, batch).then(({ reply, transfer }) => parentPort?.postMessage(reply, transfer))
  })
}

const emptyStore: Reading['store'] = { has: () => false, get: () => undefined }

async function answer(reading: Reading, { task, requests, gather }: WorkerBatch) {
  if (gather !== undefined && gathering === undefined) {
    gathering = await loadGathering(gather)
    setImmediate(flushCompileCache) // the next threads begin with all of it
  }
  const results: TextResult[] = []
  for (const [place, request] of requests.entries()) {
    Atomics.store(position, 0, place)
    try {
      results.push(await readers[task](reading, request, gather && gathering))
    } catch (error) {
      results.push({ status: 'skipped', path: request.path, hash: null, reason: reasonOf(error), values: [] })
    }
  }
  const gathered = gather && gathering?.take()
  const { packed, buffer } = packValues(results)
  const reply: WorkerReply = { results: packed, gathered }
  return { reply, transfer: [buffer] }
}

/** All values in one buffer: handing over a thousand small ones takes longer than making them. */
function packValues(results: readonly TextResult[]): { readonly packed: TextResult[]; readonly buffer: ArrayBuffer } {
  const size = results.reduce((sum, { values }) => values.reduce((all, { value }) => all + value.byteLength, sum), 0)
  const all = new Uint8Array(size)
  let at = 0
  const packed = results.map((result) => ({
    ...result,
    values: result.values.map(({ value, ...key }) => {
      all.set(value, at)
      return { ...key, value: all.subarray(at, (at += value.byteLength)) }
    }),
  }))
  return { packed, buffer: all.buffer }
}

type Reader = (reading: Reading, request: TextRequest, gathering: Gathering | undefined) => TextResult | Promise<TextResult>

const readers: Readonly<Record<TextTask, Reader>> = {
  scan: readText,
  gather: (reading, request, gathers) => gatherText(reading, request, gathers, knownFacts(reading, request)),
  // Grammars and what runs them are loaded when they are first needed: the first answer does not wait for them.
  parse: async (reading, request) => (await import('./parse-text.ts')).parseText(reading, request),
}

function knownFacts({ store: from }: Reading, { hash, language, exact }: TextRequest) {
  const bytes = hash === null ? undefined : from.get(hash, factsKind(language, exact === true))
  return bytes && decodeFacts(bytes)
}

// Only what begins a thread imports this.
if (parentPort !== null) await work()
