import type { Draft } from './draft.ts'

/** More are not noted: such a file is data. */
const mostReferences = 50_000
/** Kinds of references by number, as in `referenceKinds`. */
const call = 0
const inherit = 1
const mention = 2
/** The strongest of the uses on one line is kept. */
const strength = Uint8Array.of(1, 2, 0)

/** References as columns, in the order of lines: the number of the word, the line (from 1), the place of the kind in `referenceKinds`. */
export interface ReferenceColumns {
  count: number
  words: Int32Array
  lines: Int32Array
  kinds: Uint8Array
}

/** References of one text on their way to facts. */
export interface EncodedReferences {
  /** Their distinct words as UTF-8, in the order they are met, with line breaks between them, and how many there are. */
  readonly strings: Uint8Array
  readonly stringCount: number
  /** For each reference its word and kind, and the lines since the one before, as facts hold them. */
  readonly bytes: Uint8Array
}

/** References that lie in a tokeniser's memory: the columns are to be asked for where they are used. */
export interface LentReferences extends Readonly<ReferenceColumns> {
  /** Their form in facts, where the first of their words is the string of this number; valid until the next call. */
  encode(first: number): EncodedReferences
}

let seen = new Int32Array(1 << 14)
/** What `seen` says of earlier texts is below this, and means nothing. */
let base = 0
/** Reused from text to text. */
const columns: ReferenceColumns = {
  count: 0,
  words: new Int32Array(mostReferences),
  lines: new Int32Array(mostReferences),
  kinds: new Uint8Array(mostReferences),
}

/** Each word that is neither a keyword nor the name of a definition, once for each line, with the strongest of its uses; valid until the next call. */
export function findReferences({ tokens, lexicon, names, bases }: Draft): ReferenceColumns {
  const { words } = lexicon
  if (seen.length < words.size || base > 2 ** 30) {
    seen = new Int32Array(Math.max(seen.length, words.size * 2))
    base = 0
  }
  const { kinds: tokenKinds, words: tokenWords, starts, ends, lines } = tokens
  const keywords = words.keywordCount
  let count = 0
  for (let at = 0; at < tokens.count && count < mostReferences; at++) {
    if (tokenKinds[at] !== 1) continue
    const word = tokenWords[at] as number
    if (word < keywords || (ends[at] as number) - (starts[at] as number) < 2 || names.has(at)) continue
    const kind = bases.has(at) ? inherit : at + 1 < tokens.count && tokenKinds[at + 1] === 40 ? call : mention
    const line = (lines[at] as number) + 1
    const last = (seen[word] as number) - base - 1
    if (last >= 0 && columns.lines[last] === line) {
      if ((strength[kind] as number) > (strength[columns.kinds[last] as number] as number)) columns.kinds[last] = kind
      continue
    }
    columns.words[count] = word
    columns.lines[count] = line
    columns.kinds[count] = kind
    count += 1
    seen[word] = base + count
  }
  base += count
  columns.count = count
  return columns
}

/** Of a text nothing is known of. */
export const noReferences: ReferenceColumns = { count: 0, words: new Int32Array(), lines: new Int32Array(), kinds: new Uint8Array() }
