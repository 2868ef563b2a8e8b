import type { BlobStore, KeptValue } from './blob-store.ts'

/** Beyond so many bytes that wait, they are written at once: what waits is held in memory. What is learnt of 5,000 files of some 5 kB waits for the first answer. */
const mostWaiting = 24_000_000

/** A store whose writing can wait. */
export interface DeferredStore extends BlobStore {
  /** Writes what waits. */
  flush(): void
}

/**
 * Puts off what is written until a named value, which ends a look at a tree, was put and the event loop is idle: whoever waits for an answer
 * does not wait for the disk. What waits can be read already; it is written at the latest when the store is closed.
 */
export function deferWrites(store: BlobStore): DeferredStore {
  let values: KeptValue[] = []
  const byKey = new Map<string, Uint8Array>()
  const named = new Map<string, () => readonly Uint8Array[]>()
  let bytes = 0
  let timer: NodeJS.Immediate | undefined

  function flush(): void {
    clearImmediate(timer)
    timer = undefined
    const [written, later] = [values, [...named]]
    values = []
    bytes = 0
    byKey.clear()
    named.clear()
    store.put(written)
    for (const [name, pieces] of later) store.putNamed(name, pieces)
  }
  return {
    ...store,
    get: (hash, kind) => byKey.get(`${hash} ${kind}`) ?? store.get(hash, kind),
    has: (hash, kind) => byKey.has(`${hash} ${kind}`) || store.has(hash, kind),
    put: (more) => {
      for (const one of more) {
        values.push(one)
        bytes += one.value.byteLength
        byKey.set(`${one.hash} ${one.kind}`, one.value)
      }
      if (bytes > mostWaiting) flush()
    },
    named: (name) => {
      if (named.has(name)) flush()
      return store.named(name)
    },
    putNamed: (name, pieces) => {
      named.set(name, pieces)
      timer ??= setImmediate(flush)
    },
    evict: (mostBytes, keep) => {
      flush()
      store.evict(mostBytes, keep)
    },
    flush,
    [Symbol.dispose]: () => {
      flush()
      store[Symbol.dispose]()
    },
  }
}
