import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { VectorIndex } from '../vector-index.ts'

/** A VectorIndex that forgets everything when it goes. */
export function memoryVectorIndex(): VectorIndex & AsyncDisposable {
  const collections = new Map<string, Map<string, Float32Array>>()
  const check = (known: ReadonlyMap<string, Float32Array>, vector: Float32Array): void => {
    const [first = vector] = known.values()
    if (first.length !== vector.length) throw new CodeForgeError('invalid-input', `A vector has ${vector.length} numbers; those of its collection have ${first.length}.`)
  }
  return {
    async absent(collection, ids, signal) {
      signal.throwIfAborted()
      return ids.filter((id) => collections.get(collection)?.has(id) !== true)
    },
    async put(collection, entries, signal) {
      signal.throwIfAborted()
      const known = collections.get(collection) ?? new Map<string, Float32Array>()
      for (const { vector } of entries) check(known, vector)
      for (const { id, vector } of entries) known.set(id, vector)
      collections.set(collection, known)
    },
    async remove(collection, ids, signal) {
      signal.throwIfAborted()
      for (const id of ids) collections.get(collection)?.delete(id)
    },
    async nearest(collection, vector, top, signal) {
      signal.throwIfAborted()
      const known = collections.get(collection) ?? new Map<string, Float32Array>()
      check(known, vector)
      const scored = [...known].map(([id, one]) => ({ id, score: one.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0) }))
      return scored.sort((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1)).slice(0, top)
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
