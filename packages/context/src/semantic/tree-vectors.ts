import { setImmediate } from 'node:timers/promises'
import { cosine, type QuantisedVector } from '@codeforge/domain/quantise'
import type { VectorEntry } from '@codeforge/ports/vector-index'
import type { IndexedFile } from '../indexer/indexed-tree.ts'
import type { CodeModel } from '../search/code-model.ts'
import { chunkTexts, keyOf } from './chunk-texts.ts'
import { FileChunks } from './file-chunks.ts'
import type { KeptVectors } from './kept-vectors.ts'

/** Files between two looks at what else waits. */
const pageFiles = 16
/** Stands for the cosine of a chunk that has no vector. */
export const noCosine = -2

export interface MissingChunk {
  readonly key: string
  readonly text: string
}

/** How many chunks may be sent, and how many have a vector. */
export interface Coverage {
  readonly chunks: number
  readonly embedded: number
}

interface Place {
  readonly file: string
  readonly at: number
}

interface TreeVectorsOptions {
  readonly kept: KeptVectors
  readonly maySend: (file: IndexedFile) => boolean
  /** Bytes of vectors in memory; the others lie elsewhere. */
  readonly mostBytes: number
}

/** The vectors of one tree, as far as there are any. Files that did not change keep theirs. */
export class TreeVectors {
  readonly #options: TreeVectorsOptions
  #files = new Map<string, FileChunks>()
  /** Where texts stand that have no vector yet, or whose vector lies elsewhere. */
  #missing = new Map<string, Place[]>()
  #elsewhere = new Map<string, Place[]>()
  #leaving: VectorEntry[] = []
  #model: CodeModel | undefined
  #dimensions = 0
  #bytes = 0
  #chunks = 0
  /** What was known before a look that is not over: half a look would say too much. */
  #before: Coverage | undefined

  constructor(options: TreeVectorsOptions) {
    this.#options = options
  }

  /** Numbers of a vector; 0 while there is none. */
  get dimensions(): number {
    return this.#dimensions
  }

  /** Of the tree as it was looked at last. */
  coverage(): Coverage {
    return this.#before ?? this.covered()
  }

  /** As far as a look has come that may not be over. */
  covered(): Coverage {
    const without = [...this.#missing.values()].reduce((sum, places) => sum + places.length, 0)
    return { chunks: this.#chunks, embedded: this.#chunks - without }
  }

  /** Takes a model's files in, with the vectors that are kept of them. Others get their turn meanwhile. */
  async follow(model: CodeModel, signal: AbortSignal): Promise<void> {
    if (this.#model === model) return
    this.#before ??= this.covered()
    const before = this.#files
    this.#model = undefined
    this.#files = new Map()
    this.#missing.clear()
    this.#elsewhere.clear()
    ;[this.#bytes, this.#chunks] = [0, 0]
    let looked = 0
    for (const [number, file] of model.files.entries()) {
      if (model.fileOf(file.path) !== number || !this.#options.maySend(file)) continue
      const name = nameOf(file)
      this.#take(name, before.get(name) ?? new FileChunks(chunkTexts(model, number, file).map(keyOf)))
      looked += 1
      if (looked % pageFiles === 0) await setImmediate()
      signal.throwIfAborted()
    }
    this.#model = model
    this.#before = undefined
  }

  /** Chunks without a vector, each text once, as the files are now. What another process paid for meanwhile is taken over. */
  *missing(): Iterable<MissingChunk> {
    const model = this.#model
    if (model === undefined) return
    for (const [number, file] of model.files.entries()) {
      const chunks = this.#files.get(nameOf(file))
      if (chunks === undefined || model.fileOf(file.path) !== number) continue
      const wanted = chunks.keys.flatMap((key, at) => (this.#missing.has(key) && !chunks.has(at) ? [{ key, at }] : []))
      if (wanted.length === 0) continue
      const texts = chunkTexts(model, number, file)
      for (const { key, at } of wanted) {
        if (!this.#missing.has(key)) continue
        const known = this.#options.kept.get(key)
        const text = texts[at] ?? ''
        if (known !== undefined && this.#fits(known)) this.put(key, known)
        else if (keyOf(text) === key) yield { key, text } // else the file changed: the next look sees it
      }
    }
  }

  /** Gives a vector to every chunk of a text. */
  put(key: string, vector: QuantisedVector): void {
    if (!this.#fits(vector)) return
    const places = this.#missing.get(key) ?? []
    this.#missing.delete(key)
    for (const { file, at } of places) {
      const chunks = this.#files.get(file)
      if (chunks) this.#place(chunks, { file, at }, vector)
    }
  }

  /** A text that the endpoint does not take: it is not asked for again. */
  giveUp(key: string): void {
    this.#chunks -= this.#missing.get(key)?.length ?? 0
    this.#missing.delete(key)
  }

  /** Vectors that found no room in memory since this was last asked: they belong into the vector index. */
  leaving(): readonly VectorEntry[] {
    const leaving = this.#leaving
    this.#leaving = []
    return leaving
  }

  /** Whether some vectors lie in the vector index. */
  get reachesElsewhere(): boolean {
    return this.#elsewhere.size > 0
  }

  /** The cosine of a query with each chunk of a model, those that were found elsewhere included; `noCosine` where there is none. */
  cosines(model: CodeModel, query: Float32Array, found: readonly { readonly id: string; readonly score: number }[]): Float32Array {
    const { firstChunks } = model.text
    const cosines = new Float32Array(model.text.chunks.documents).fill(noCosine)
    const firstOf = new Map<string, number>()
    for (const [number, file] of model.files.entries()) {
      const chunks = model.fileOf(file.path) === number ? this.#files.get(nameOf(file)) : undefined
      if (chunks === undefined || chunks.keys.length !== (firstChunks[number + 1] ?? 0) - (firstChunks[number] ?? 0)) continue
      const first = firstChunks[number] ?? 0
      if (found.length > 0) firstOf.set(nameOf(file), first)
      chunks.each((at, values, scale) => {
        cosines[first + at] = cosine(query, values, at * query.length, scale)
      })
    }
    for (const { id, score } of found) {
      for (const { file, at } of this.#elsewhere.get(id) ?? []) {
        const first = firstOf.get(file)
        if (first !== undefined) cosines[first + at] = score
      }
    }
    return cosines
  }

  #take(name: string, chunks: FileChunks): void {
    this.#files.set(name, chunks)
    if (chunks.inMemory) this.#bytes += chunks.bytes(this.#dimensions)
    for (const [at, key] of chunks.keys.entries()) {
      if (key === '') continue
      this.#chunks += 1
      if (chunks.holds(at)) continue
      const place = { file: name, at }
      const vector = this.#options.kept.get(key)
      if (vector !== undefined && this.#fits(vector)) this.#place(chunks, place, vector)
      else add(this.#missing, key, place)
    }
  }

  /** A vector of another length than the others is of another model under the same name. */
  #fits({ values }: QuantisedVector): boolean {
    if (this.#dimensions === 0) this.#dimensions = values.length
    return values.length === this.#dimensions
  }

  #place(chunks: FileChunks, place: Place, vector: QuantisedVector): void {
    const more = chunks.inMemory ? 0 : chunks.bytes(vector.values.length)
    if (this.#bytes + more <= this.#options.mostBytes) {
      this.#bytes += more
      return chunks.place(place.at, vector)
    }
    const key = chunks.keys[place.at] ?? ''
    chunks.placeElsewhere(place.at)
    add(this.#elsewhere, key, place)
    this.#leaving.push({ id: key, vector: Float32Array.from(vector.values, (value) => value * vector.scale) })
  }
}

function add(map: Map<string, Place[]>, key: string, place: Place): void {
  const known = map.get(key)
  if (known) known.push(place)
  else map.set(key, [place])
}

function nameOf({ path, hash, exact }: IndexedFile): string {
  return `${path}\0${hash}\0${exact ? 1 : 0}`
}
