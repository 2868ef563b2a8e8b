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
  /** For each identifier, side by side since they are looked at together: hash, first character, first term, counts of both. */
  #records = new Int32Array(firstSlots * 2)
  #units = new Uint16Array(firstSlots * 8)
  #terms = new Uint32Array(firstSlots * 2)
  #size = 0
  #usedUnits = 0
  #usedTerms = 0

  /** The number of `units[start..end)`, or -1; its hash is made by `hash = (hash ^ unit) * factor`, from 0. */
  find(units: Uint16Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const identifier = this.#slots[slot] as number
      if (identifier < 0 || (this.#records[identifier * 4] === hash && this.#equals(identifier, units, start, end))) return identifier
    }
  }

  insert(units: Uint16Array, hash: number, terms: readonly number[]): number {
    if (this.#size >= mostIdentifiers) this.#forget()
    const identifier = this.#size++
    this.#makeRoom(units.length, terms.length)
    this.#units.set(units, this.#usedUnits)
    this.#terms.set(terms, this.#usedTerms)
    this.#records.set([hash, this.#usedUnits, this.#usedTerms, (units.length << 16) | terms.length], identifier * 4)
    this.#usedUnits += units.length
    this.#usedTerms += terms.length
    if (this.#size * 2 > this.#slots.length) this.#spread()
    else this.#place(identifier)
    return identifier
  }

  /** Adds the terms of an identifier, in their order. */
  give(identifier: number, into: TermTaker): void {
    const first = this.#records[identifier * 4 + 2] as number
    const end = first + ((this.#records[identifier * 4 + 3] as number) & 0xffff)
    for (let index = first; index < end; index += 1) into.add(this.#terms[index] as number)
  }

  #equals(identifier: number, units: Uint16Array, start: number, end: number): boolean {
    if ((this.#records[identifier * 4 + 3] as number) >>> 16 !== end - start) return false
    const shift = (this.#records[identifier * 4 + 1] as number) - start
    for (let index = start; index < end; index += 1) if (this.#units[shift + index] !== units[index]) return false
    return true
  }

  #place(identifier: number): void {
    const mask = this.#slots.length - 1
    const hash = this.#records[identifier * 4] ?? 0
    let slot = (hash ^ (hash >>> 15)) & mask
    while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
    this.#slots[slot] = identifier
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    for (let identifier = 0; identifier < this.#size; identifier += 1) this.#place(identifier)
  }

  #makeRoom(units: number, terms: number): void {
    if (this.#size * 4 > this.#records.length) this.#records = grown(this.#records, new Int32Array(this.#records.length * 2))
    if (this.#usedUnits + units > this.#units.length) this.#units = grown(this.#units, new Uint16Array(this.#units.length * 2))
    if (this.#usedTerms + terms > this.#terms.length) this.#terms = grown(this.#terms, new Uint32Array(this.#terms.length * 2))
  }

  #forget(): void {
    this.#slots.fill(-1)
    this.#size = this.#usedUnits = this.#usedTerms = 0
  }
}

function grown<T extends Uint16Array | Uint32Array | Int32Array>(array: T, larger: T): T {
  larger.set(array)
  return larger
}
