import type { QuantisedVector } from '@codeforge/domain/quantise'

/** Where the vector of a chunk is. */
const [nowhere, elsewhere] = [0, -1] as const

/** The chunks of one file: which text each is, and its vector where there is one. */
export class FileChunks {
  /** Names of the texts; empty for one that is never sent. */
  readonly keys: readonly string[]
  /** Of each chunk that lies in memory; else one of the two above. */
  readonly #scales: Float32Array
  /** Side by side; empty while there is none in memory. */
  #values = new Int8Array(0)

  constructor(keys: readonly string[]) {
    this.keys = keys
    this.#scales = new Float32Array(keys.length)
  }

  /** Bytes that this file's vectors take, or would take, in memory. */
  bytes(dimensions: number): number {
    return this.keys.length * dimensions
  }

  get inMemory(): boolean {
    return this.#values.length > 0
  }

  /** Whether a chunk has a vector, wherever it lies. */
  has(at: number): boolean {
    return this.#scales[at] !== nowhere
  }

  holds(at: number): boolean {
    return (this.#scales[at] ?? 0) > 0
  }

  /** Calls for each chunk whose vector lies in memory. */
  each(visit: (at: number, values: Int8Array, scale: number) => void): void {
    this.#scales.forEach((scale, at) => {
      if (scale > 0) visit(at, this.#values, scale)
    })
  }

  place(at: number, { values, scale }: QuantisedVector): void {
    if (this.#values.length === 0) this.#values = new Int8Array(this.bytes(values.length))
    this.#values.set(values, at * values.length)
    this.#scales[at] = scale
  }

  /** Its vector lies in the vector index. */
  placeElsewhere(at: number): void {
    this.#scales[at] = elsewhere
  }
}
