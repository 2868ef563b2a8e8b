import type { IndexedTree, RepositoryIndex } from '../indexer/indexed-tree.ts'

/** An index that always answers with one tree, and keeps values in memory. */
export function indexOf(tree: IndexedTree): RepositoryIndex {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    update: () => Promise.resolve(tree),
    complete: () => Promise.resolve(tree),
    gather: () => Promise.resolve(), // has no threads: what is asked for is made where it is
    readFrom: () => undefined,
    recall: (key) => kept.get(key),
    remember: (key, pieces) => void kept.set(key, new Uint8Array(Buffer.concat(pieces()))),
    valueOf: (hash, kind) => kept.get(`${kind} ${hash}`),
    keepValues: (values) => {
      for (const { hash, kind, value } of values) kept.set(`${kind} ${hash}`, new Uint8Array(value))
    },
    [Symbol.dispose]: () => undefined,
  }
}
