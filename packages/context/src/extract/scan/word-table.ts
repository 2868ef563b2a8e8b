import { randomInt } from 'node:crypto'

const mostWords = 200_000

/** What each step of a word's hash multiplies by: odd, and other in each process, so that no text can be made of words that all collide. */
export const hashFactor = randomInt(1 << 20, 1 << 30) * 2 + 1

/** Numbers for words, so that each distinct word becomes a string once; the keywords of a language have the lowest. */
export class WordTable {
  readonly #keywords: readonly string[]
  readonly #numbers: ReadonlyMap<string, number>
  #words: string[] = []
  #slots = new Int32Array(1 << 14).fill(-1)
  #hashes = new Int32Array(1 << 13)
  /** Grows by one each time the numbers are dealt anew. */
  generation = 0

  constructor(keywords: readonly string[]) {
    this.#keywords = [...new Set(keywords)]
    this.#numbers = new Map(this.#keywords.map((word, number) => [word, number]))
    this.#reset()
  }

  get size(): number {
    return this.#words.length
  }

  word(id: number): string {
    return this.#words[id] ?? ''
  }

  /** Number of a keyword, or -1. */
  keyword(word: string): number {
    return this.#numbers.get(word) ?? -1
  }

  /** Words with lower numbers are keywords. */
  get keywordCount(): number {
    return this.#keywords.length
  }

  isKeyword(id: number): boolean {
    return id < this.#keywords.length
  }

  /** To be called between texts: forgets what many texts left, so that memory stays bounded. */
  settle(): void {
    if (this.#words.length > mostWords) this.#reset()
  }

  /** The number of `text[start..end)`, whose hash the caller computed on its way (h = h * hashFactor + code). */
  number(text: string, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const id = this.#slots[slot] as number
      if (id < 0) return this.#insert(text.slice(start, end), hash, slot)
      if (this.#hashes[id] === hash && sameWord(this.#words[id] as string, text, start, end)) return id
      slot = (slot + 1) & mask
    }
  }

  /** The number of `text[start..end)`. */
  numberOf(text: string, start: number, end: number): number {
    const word = text.slice(start, end)
    return this.number(word, 0, word.length, hashOf(word))
  }

  #insert(slice: string, hash: number, slot: number): number {
    const id = this.#words.length
    // A slice keeps the whole text alive that it was cut from.
    this.#words.push(detached(slice))
    if (id >= this.#hashes.length) this.#hashes = enlarged(this.#hashes)
    this.#hashes[id] = hash
    this.#slots[slot] = id
    if (this.#words.length * 2 > this.#slots.length) this.#rehash()
    return id
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1)
    const mask = this.#slots.length - 1
    for (let id = 0; id < this.#words.length; id++) {
      const hash = this.#hashes[id] as number
      let slot = (hash ^ (hash >>> 15)) & mask
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & mask
      this.#slots[slot] = id
    }
  }

  #reset(): void {
    this.#words = []
    this.#slots = new Int32Array(1 << 14).fill(-1)
    this.generation += 1
    for (const word of this.#keywords) this.number(word, 0, word.length, hashOf(word))
  }
}

function hashOf(word: string): number {
  let hash = 0
  for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, hashFactor) + word.charCodeAt(at)) | 0
  return hash
}

function sameWord(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) !== text.charCodeAt(start + at)) return false
  return true
}

function enlarged(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(from.length * 2)
  larger.set(from)
  return larger
}

const detached = (slice: string): string => (slice.length < 13 ? slice : Buffer.from(slice, 'utf8').toString('utf8'))
