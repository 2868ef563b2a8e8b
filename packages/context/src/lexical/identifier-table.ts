import { randomInt } from 'node:crypto'
import type { TermTaker } from './term-reader.ts'

/** Then all are forgotten, so that memory stays bounded: they are learnt again as they are met. */
const mostIdentifiers = 400_000
const firstSlots = 1 << 13

/**
 * The terms of each identifier as it is written, by open addressing over typed arrays: most of a text is identifiers
 * that were met before, and finding one costs a hash over its characters and a comparison.
 */
export class IdentifierTable {
  /** By chance, so that no text can be made of identifiers that all collide. */
  readonly factor = randomInt(1 << 20, 1 << 30) * 2 + 1
  #slots = new Int32Array(firstSlots).fill(-1)
  #hashes = new Int32Array(firstSlots)
  /** Where the characters and the terms of each begin; one more than there are identifiers. */
  #starts = new Uint32Array(firstSlots)
  #termStarts = new Uint32Array(firstSlots)
  #units = new Uint16Array(firstSlots * 8)
  #terms = new Uint32Array(firstSlots * 2)
  #size = 0

  /** The number of `units[start..end)`, or -1; its hash is made by `hash = (hash ^ unit) * factor`, from 0. */
  find(units: Uint16Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const identifier = this.#slots[slot] as number
      if (identifier < 0 || (this.#hashes[identifier] === hash && this.#equals(identifier, units, start, end))) return identifier
    }
  }

  insert(units: Uint16Array, hash: number, terms: readonly number[]): number {
    if (this.#size >= mostIdentifiers) this.#forget()
    const identifier = this.#size++
    this.#makeRoom(units.length, terms.length)
    const unit = this.#starts[identifier] ?? 0
    this.#units.set(units, unit)
    this.#starts[identifier + 1] = unit + units.length
    const term = this.#termStarts[identifier] ?? 0
    this.#terms.set(terms, term)
    this.#termStarts[identifier + 1] = term + terms.length
    this.#hashes[identifier] = hash
    if (this.#size * 2 > this.#slots.length) this.#spread()
    else this.#place(identifier)
    return identifier
  }

  /** Adds the terms of an identifier, in their order. */
  give(identifier: number, into: TermTaker): void {
    const end = this.#termStarts[identifier + 1] ?? 0
    for (let index = this.#termStarts[identifier] ?? 0; index < end; index += 1) into.add(this.#terms[index] ?? 0)
  }

  #equals(identifier: number, units: Uint16Array, start: number, end: number): boolean {
    const own = this.#starts[identifier] as number
    if ((this.#starts[identifier + 1] as number) - own !== end - start) return false
    for (let index = start; index < end; index += 1) if (this.#units[own + index - start] !== units[index]) return false
    return true
  }

  #place(identifier: number): void {
    const mask = this.#slots.length - 1
    const hash = this.#hashes[identifier] ?? 0
    let slot = (hash ^ (hash >>> 15)) & mask
    while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
    this.#slots[slot] = identifier
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    for (let identifier = 0; identifier < this.#size; identifier += 1) this.#place(identifier)
  }

  #makeRoom(units: number, terms: number): void {
    const last = this.#size - 1
    if (last + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(this.#starts.length * 2))
      this.#termStarts = grown(this.#termStarts, new Uint32Array(this.#termStarts.length * 2))
      this.#hashes = grown(this.#hashes, new Int32Array(this.#hashes.length * 2))
    }
    if ((this.#starts[last] ?? 0) + units > this.#units.length) this.#units = grown(this.#units, new Uint16Array(this.#units.length * 2))
    if ((this.#termStarts[last] ?? 0) + terms > this.#terms.length)
      this.#terms = grown(this.#terms, new Uint32Array(this.#terms.length * 2))
  }

  #forget(): void {
    this.#slots.fill(-1)
    this.#size = 0
  }
}

function grown<T extends Uint16Array | Uint32Array | Int32Array>(array: T, larger: T): T {
  larger.set(array)
  return larger
}
