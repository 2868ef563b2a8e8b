import { referenceKinds } from '../extract/file-facts.ts'

/**
 * The references of files on their way into a segment, as `kernel/facts.as` writes them. There are many, and most are dropped once it is known what is defined: so a name is told by
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
