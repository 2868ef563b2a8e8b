import { referenceKinds } from '../extract/file-facts.ts'

/*
 * The references of files on their way into a segment, one number each: the name in the lower 24 bits; above, three times the lines since the
 * reference before (or the beginning of the file) plus the place of the kind in `referenceKinds`. A long way is an entry of its own: 255 above,
 * the line below. There are many references, and most are dropped once it is known what is defined.
 */
const nameMask = 0xffffff
const stepShift = 24
const isWay = 255

/** Writes references, file by file. */
export class ReferenceWriter {
  #entries = new Int32Array(1 << 10)
  #line = 0
  /** Entries so far. */
  used = 0

  /** Throws a RangeError on a name whose number does not fit. */
  add(name: number, line: number, kind: number): void {
    if (name > nameMask) throw new RangeError('There are more distinct names than an index can number.')
    if (this.used + 2 > this.#entries.length) {
      const larger = new Int32Array(this.#entries.length * 2)
      larger.set(this.#entries)
      this.#entries = larger
    }
    const step = (line - this.#line) * referenceKinds.length + kind
    if (step >= 0 && step < isWay) this.#entries[this.used++] = name | (step << stepShift)
    else {
      this.#entries[this.used++] = (line & nameMask) | (isWay << stepShift)
      this.#entries[this.used++] = name | (kind << stepShift)
    }
    this.#line = line
  }

  endFile(): void {
    this.#line = 0
  }

  take(): Int32Array<ArrayBuffer> {
    const taken = this.#entries.slice(0, this.used)
    this.used = this.#line = 0
    return taken
  }
}

/** Gives each name another number, in place. Throws a RangeError on one that does not fit: threads with few names each may have more together. */
export function renumberReferences(entries: Int32Array, numberOf: (name: number) => number): void {
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at] as number
    if (entry >>> stepShift === isWay) continue
    const name = numberOf(entry & nameMask)
    if (name > nameMask) throw new RangeError('There are more distinct names than an index can number.')
    entries[at] = name | (entry & ~nameMask)
  }
}

/** References to names that are 1 in `defined`, among the entries `[from..to)` of one file. */
export function readReferences(
  entries: Int32Array,
  [from, to]: readonly [number, number],
  defined: Uint8Array,
  take: (name: number, line: number, kind: number) => void,
): void {
  let line = 0
  for (let at = from; at < to; at += 1) {
    const entry = entries[at] as number
    const step = entry >>> stepShift
    if (step === isWay) {
      line = entry & nameMask
      continue
    }
    line += (step / referenceKinds.length) | 0
    const name = entry & nameMask
    if (defined[name] === 1) take(name, line, step % referenceKinds.length)
  }
}

/** How many there are of them. */
export function countReferences(entries: Int32Array, defined: Uint8Array): number {
  let count = 0
  for (const entry of entries) if (entry >>> stepShift !== isWay) count += defined[entry & nameMask] as number
  return count
}
