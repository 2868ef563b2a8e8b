import { PortRegistry } from './registry.ts'

export interface VectorEntry {
  readonly id: string
  /** Of unit length; all of one collection have as many numbers. */
  readonly vector: Float32Array
}

export interface NearVector {
  readonly id: string
  /** Cosine, from -1 to 1; quantisation may cost a hundredth. */
  readonly score: number
}

/** Vectors in named collections, for more of them than one process should hold in memory. */
export interface VectorIndex {
  /** Those of the ids that a collection does not have. */
  absent(collection: string, ids: readonly string[], signal: AbortSignal): Promise<readonly string[]>
  /** Adds vectors, or replaces those of the same id. `invalid-input` where one has another length than the collection's. */
  put(collection: string, entries: readonly VectorEntry[], signal: AbortSignal): Promise<void>
  remove(collection: string, ids: readonly string[], signal: AbortSignal): Promise<void>
  /** The nearest to a unit vector, nearest first; ties in the order of ids. A collection that nobody made is empty. */
  nearest(collection: string, vector: Float32Array, top: number, signal: AbortSignal): Promise<readonly NearVector[]>
}
export const vectorIndexes = new PortRegistry<VectorIndex>('vector-index')
