import { randomInt } from 'node:crypto'

const longestToken = 64

/** The numbered distinct tokens of an index: open addressing over typed arrays, so that it is saved and loaded as it lies in memory. */
export class Vocabulary {
  #size = 0
  #slots: Int32Array
  #starts: Uint32Array<ArrayBuffer>
  #units: Uint16Array<ArrayBuffer>
  readonly #seed: Uint32Array

  private constructor({ slots, starts, units, seed }: VocabularyArrays, size: number) {
    this.#seed = seed
    this.#slots = slots
    this.#starts = starts
    this.#units = units
    this.#size = size
  }

  static empty(): Vocabulary {
    const seed = Uint32Array.of(randomInt(2 ** 32), randomInt(1 << 20, 1 << 30) * 2 + 1)
    return new Vocabulary(
      { slots: new Int32Array(1 << 12).fill(-1), starts: new Uint32Array(1 << 11), units: new Uint16Array(1 << 14), seed },
      0,
    )
  }

  /** As `arrays` gave them; the arrays are used, not copied. */
  static of(arrays: VocabularyArrays): Vocabulary {
    return new Vocabulary(arrays, arrays.starts.length - 1)
  }

  get size(): number {
    return this.#size
  }

  /** The token's number, or -1 where it is unknown. */
  find(token: Uint16Array, length: number): number {
    return this.#slots[this.#slotOf(token, length)] ?? -1
  }

  findText(token: string): number {
    const length = unitsOf(token)
    return length > longestToken ? -1 : this.find(scratch, length)
  }

  /** The token's number; a new token gets the next one. */
  add(token: Uint16Array, length: number): number {
    const slot = this.#slotOf(token, length)
    const known = this.#slots[slot] ?? -1
    return known >= 0 ? known : this.#insert(slot, token, length)
  }

  addText(token: string): number {
    return this.add(scratch, unitsOf(token))
  }

  textOf(term: number): string {
    return String.fromCharCode(...this.#units.subarray(this.#starts[term], this.#starts[term + 1]))
  }

  /** The entries from a number on. */
  since(from: number): VocabularyPart {
    const first = this.#starts[from] ?? 0
    const starts = this.#starts.slice(from, this.#size + 1)
    for (let entry = 0; entry < starts.length; entry += 1) starts[entry] = (starts[entry] as number) - first
    return { from, starts, units: this.#units.slice(first, this.#starts[this.#size] ?? 0) }
  }

  /** The number of the token `units[start..end)`, which is new or known. */
  addPart(units: Uint16Array, start: number, end: number): number {
    return this.add(units.subarray(start, end), end - start)
  }

  arrays(): VocabularyArrays {
    const starts = this.#starts.slice(0, this.#size + 1)
    return { slots: this.#slots, starts, units: this.#units.slice(0, starts[this.#size]), seed: this.#seed }
  }

  #insert(slot: number, token: Uint16Array, length: number): number {
    const term = this.#size
    const start = this.#starts[term] ?? 0
    if (start + length > this.#units.length) this.#units = grown(this.#units, Uint16Array)
    if (term + 2 > this.#starts.length) this.#starts = grown(this.#starts, Uint32Array)
    this.#units.set(token.subarray(0, length), start)
    this.#starts[term + 1] = start + length
    this.#slots[slot] = term
    this.#size += 1
    if (this.#size * 2 > this.#slots.length) this.#spread()
    return term
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    for (let term = 0; term < this.#size; term += 1) {
      const start = this.#starts[term] ?? 0
      const end = this.#starts[term + 1] ?? 0
      this.#slots[this.#slotOf(this.#units.subarray(start, end), end - start)] = term
    }
  }

  #slotOf(token: Uint16Array, length: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(token, length, this.#seed) & mask
    for (;;) {
      const term = this.#slots[slot] ?? -1
      if (term < 0 || this.#equals(term, token, length)) return slot
      slot = (slot + 1) & mask
    }
  }

  #equals(term: number, token: Uint16Array, length: number): boolean {
    const start = this.#starts[term] ?? 0
    if ((this.#starts[term + 1] ?? 0) - start !== length) return false
    for (let index = 0; index < length; index += 1) if (this.#units[start + index] !== token[index]) return false
    return true
  }
}

/** Some entries of a vocabulary, numbered on from one. */
export interface VocabularyPart {
  readonly from: number
  /** Where each begins in `units`; one more than there are. */
  readonly starts: Uint32Array
  readonly units: Uint16Array
}

export interface VocabularyArrays {
  readonly slots: Int32Array
  readonly starts: Uint32Array<ArrayBuffer>
  readonly units: Uint16Array<ArrayBuffer>
  /** Where hashes begin, and what each step multiplies by: chance, so that no text can be made of tokens that all collide. */
  readonly seed: Uint32Array
}

const scratch = new Uint16Array(longestToken)

function unitsOf(token: string): number {
  const length = Math.min(token.length, longestToken)
  for (let index = 0; index < length; index += 1) scratch[index] = token.charCodeAt(index)
  return length
}

/** As FNV-1a over UTF-16 units, mixed once more since the low bits choose the slot. */
function hashOf(token: Uint16Array, length: number, seed: Uint32Array): number {
  const factor = seed[1] ?? 1
  let hash = seed[0] ?? 0
  for (let index = 0; index < length; index += 1) hash = Math.imul(hash ^ (token[index] ?? 0), factor)
  return (hash ^ (hash >>> 15)) >>> 0
}

function grown<T extends Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(array: T, kind: new (length: number) => T): T {
  const larger = new kind(array.length * 2 + longestToken)
  larger.set(array)
  return larger
}
