import { referenceKinds } from '../extract/file-facts.ts'
import { GrowingColumn } from '../lexical/growing-column.ts'

/**
 * The references of files on their way into a segment. There are many, and most are dropped once it is known what is defined: so a name is told by
 * its place in the run's own list of names, which the names used most often begin, more or less, since they are met first.
 */
export interface ReferenceRun {
  /** Numbers of the names that are used, and how often each is. */
  readonly usedNames: Uint32Array
  readonly uses: Uint32Array
  /**
   * Two numbers for each reference, of seven bits a byte, lowest first: the place of its name; three times the lines since the reference
   * before (or the beginning of the file) plus the place of its kind in `referenceKinds`. Steps back are doubled and odd, others doubled and even.
   */
  readonly references: Uint8Array
  /** Where the references of each file end. */
  readonly referenceEnds: Uint32Array
}

/** Writes references, file by file. */
export class ReferenceWriter {
  #bytes = new Uint8Array(1 << 12)
  #used = 0
  #line = 0
  readonly #names = new GrowingColumn()
  readonly #uses = new GrowingColumn()
  readonly #ends = new GrowingColumn()
  /** The place of each name in the run's list plus 1, and 0 where it has none. */
  #places = new Uint32Array(1 << 12)

  add(name: number, line: number, kind: number): void {
    if (this.#used + 10 > this.#bytes.length) this.#bytes = twice(this.#bytes)
    const step = line - this.#line
    this.#line = line
    this.#write(this.#placeOf(name))
    this.#write(step >= 0 ? (step * referenceKinds.length + kind) * 2 : (-step * referenceKinds.length + kind) * 2 + 1)
  }

  #placeOf(name: number): number {
    while (name >= this.#places.length) this.#places = twice(this.#places)
    const known = this.#places[name] as number
    if (known > 0) {
      this.#uses.increase(known - 1)
      return known - 1
    }
    this.#names.push(name)
    this.#uses.push(1)
    this.#places[name] = this.#names.length
    return this.#names.length - 1
  }

  #write(value: number): void {
    let left = value
    for (; left > 127; left >>>= 7) this.#bytes[this.#used++] = (left & 127) | 128
    this.#bytes[this.#used++] = left
  }

  endFile(): void {
    this.#line = 0
    this.#ends.push(this.#used)
  }

  /** The files since the last call. */
  take(): ReferenceRun {
    const usedNames = this.#names.take()
    for (const name of usedNames) this.#places[name] = 0
    const references = this.#bytes.slice(0, this.#used)
    this.#used = this.#line = 0
    return { usedNames, uses: this.#uses.take(), references, referenceEnds: this.#ends.take() }
  }
}

/** References to names that are 1 in `defined`, by the file of the run that they stand in. */
export function readReferences(
  { usedNames, references, referenceEnds }: ReferenceRun,
  defined: Uint8Array,
  take: (name: number, file: number, line: number, kind: number) => void,
): void {
  let at = 0
  const read = (): number => {
    let value = references[at++] as number
    if (value < 128) return value
    value &= 127
    for (let shift = 7; ; shift += 7) {
      const more = references[at++] as number
      value |= (more & 127) << shift
      if (more < 128) return value
    }
  }
  referenceEnds.forEach((end, file) => {
    let line = 0
    while (at < end) {
      const name = usedNames[read()] as number
      const step = read()
      const lines = ((step >>> 1) / referenceKinds.length) | 0
      line += (step & 1) === 1 ? -lines : lines
      if (defined[name] === 1) take(name, file, line, (step >>> 1) % referenceKinds.length)
    }
  })
}

/** How many there are of them. */
export function countReferences({ usedNames, uses }: ReferenceRun, defined: Uint8Array): number {
  let count = 0
  usedNames.forEach((name, place) => (count += (defined[name] as number) * (uses[place] as number)))
  return count
}

function twice<T extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2)
  larger.set(array)
  return larger
}
