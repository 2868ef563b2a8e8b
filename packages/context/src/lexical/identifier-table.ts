import { randomInt } from 'node:crypto'
import type { TermTaker } from './term-reader.ts'

/** Then all are forgotten, so that memory stays bounded: they are learnt again as they are met. */
const mostIdentifiers = 250_000
const firstSlots = 1 << 13
/** Numbers of a slot, side by side since they are looked at together: hash, first character, first term, sizes. */
const width = 4

/**
 * The terms of each identifier as it is written, by open addressing over typed arrays: most of a text is identifiers that were met before, and
 * finding one costs a hash over its characters, one look into memory and a comparison. An identifier is known by the place of its slot, until
 * the next one is inserted.
 */
export class IdentifierTable {
  /** By chance, so that no text can be made of identifiers that all collide. */
  readonly factor = randomInt(1 << 20, 1 << 30) * 2 + 1
  /** The sizes are the characters times 65,536 plus the terms, and 0 where a slot is free. A single term stands in the slot itself. */
  #slots = new Int32Array(firstSlots * width)
  #units = new Uint16Array(firstSlots * 8)
  #terms = new Uint32Array(firstSlots * 2)
  #size = 0
  #usedUnits = 0
  #usedTerms = 0

  /** The place of `units[start..end)`, or -1; its hash is made by `hash = (hash ^ unit) * factor`, from 0. */
  find(units: Uint16Array, start: number, end: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let place = ((hash ^ (hash >>> 15)) * width) & mask; ; place = (place + width) & mask) {
      const sizes = slots[place + 3] as number
      if (sizes === 0) return -1
      if (slots[place] === hash && sizes >>> 16 === end - start && this.#equals(slots[place + 1] as number, units, start, end)) return place
    }
  }

  /** Answers the place of what was inserted. */
  insert(units: Uint16Array, hash: number, terms: readonly number[]): number {
    if (this.#size >= mostIdentifiers) this.#forget()
    if ((this.#size + 1) * 2 * width > this.#slots.length) this.#spread()
    this.#makeRoom(units.length, terms.length)
    this.#size += 1
    const place = this.#freePlace(hash)
    this.#slots[place] = hash
    this.#slots[place + 1] = this.#usedUnits
    this.#slots[place + 2] = terms.length === 1 ? (terms[0] as number) : this.#usedTerms
    this.#slots[place + 3] = (units.length << 16) | terms.length
    this.#units.set(units, this.#usedUnits)
    this.#usedUnits += units.length
    if (terms.length === 1) return place
    this.#terms.set(terms, this.#usedTerms)
    this.#usedTerms += terms.length
    return place
  }

  /** Adds the terms of an identifier, in their order. */
  give(place: number, into: TermTaker): void {
    const first = this.#slots[place + 2] as number
    const count = (this.#slots[place + 3] as number) & 0xffff
    if (count === 1) into.add(first)
    else for (let index = first; index < first + count; index += 1) into.add(this.#terms[index] as number)
  }

  #equals(first: number, units: Uint16Array, start: number, end: number): boolean {
    const known = this.#units
    const shift = first - start
    for (let index = start; index < end; index += 1) if (known[shift + index] !== units[index]) return false
    return true
  }

  #freePlace(hash: number): number {
    const mask = this.#slots.length - 1
    let place = ((hash ^ (hash >>> 15)) * width) & mask
    while (this.#slots[place + 3] !== 0) place = (place + width) & mask
    return place
  }

  #spread(): void {
    const before = this.#slots
    this.#slots = new Int32Array(before.length * 2)
    for (let from = 0; from < before.length; from += width) {
      if (before[from + 3] === 0) continue
      const place = this.#freePlace(before[from] as number)
      for (let at = 0; at < width; at += 1) this.#slots[place + at] = before[from + at] as number
    }
  }

  #makeRoom(units: number, terms: number): void {
    if (this.#usedUnits + units > this.#units.length) this.#units = grown(this.#units, new Uint16Array(this.#units.length * 2))
    if (this.#usedTerms + terms > this.#terms.length) this.#terms = grown(this.#terms, new Uint32Array(this.#terms.length * 2))
  }

  #forget(): void {
    this.#slots.fill(0)
    this.#size = this.#usedUnits = this.#usedTerms = 0
  }
}

function grown<T extends Uint16Array | Uint32Array>(array: T, larger: T): T {
  larger.set(array)
  return larger
}
