/** Kinds of tokens; a punctuation's kind is its character code (33 to 126). */
export const tokenKind = { word: 1, string: 2, number: 3 } as const

/** Steps that a scan may take for each character of a text, and for any text; 3,680 files of 20 public repositories took at most 5 a character. */
const stepsPerCharacter = 20
const stepsForAny = 1_000_000

/** A text asked for more steps than its length allows: it was made to be slow. */
export class ScanTooLong extends Error {
  constructor() {
    super('It would keep the quick scan busy for far longer than its length explains.')
    this.name = 'ScanTooLong'
  }
}

/** The tokens of one text, in columns that the next text reuses. */
export class Tokens {
  text = ''
  count = 0
  kinds = new Uint8Array(1 << 14)
  starts = new Int32Array(1 << 14)
  ends = new Int32Array(1 << 14)
  /** Counted from 0. */
  lines = new Int32Array(1 << 14)
  /** Number of the word in the word table; -1 for what is no word. */
  words = new Int32Array(1 << 14)
  /** For a bracket, the token of its partner, or -1. */
  partners = new Int32Array(1 << 14)
  lineStarts = new Int32Array(1 << 12)
  lineCount = 0
  #steps = 0
  /** Where the first line break at or behind a place is that was last looked for. */
  #break = -1
  #breakFrom = 0

  /** Steps that are left for the text under way. */
  get stepsLeft(): number {
    return this.#steps
  }

  /** Counts steps against what the text's length allows. Throws ScanTooLong beyond. */
  spend(steps: number): void {
    this.#steps -= steps
    if (this.#steps < 0) throw new ScanTooLong()
  }

  begin(text: string): void {
    this.text = text
    this.count = 0
    this.lineCount = 1
    this.lineStarts[0] = 0
    this.#steps = stepsForAny + text.length * stepsPerCharacter
    this.#break = -1
    this.#breakFrom = 0
  }

  push(kind: number, start: number, end: number, word: number): void {
    const at = this.count++
    if (at >= this.kinds.length) this.#grow()
    this.kinds[at] = kind
    this.starts[at] = start
    this.ends[at] = end
    this.lines[at] = this.lineCount - 1
    this.words[at] = word
  }

  newline(nextStart: number): void {
    if (this.lineCount >= this.lineStarts.length) this.lineStarts = twice(this.lineStarts)
    this.lineStarts[this.lineCount++] = nextStart
  }

  /** Counts the lines that end within what was passed over. */
  passLines(start: number, end: number): void {
    const last = Math.min(end, this.text.length)
    for (let at = this.#breakAt(start); at < last; at = this.#breakAt(at + 1)) this.newline(at + 1)
  }

  /** The first line break from a place on; looked for once, however many strings a line has. */
  #breakAt(from: number): number {
    if (from >= this.#breakFrom && from <= this.#break) return this.#break
    const found = this.text.indexOf('\n', from)
    this.#breakFrom = from
    this.#break = found < 0 ? this.text.length : found
    return this.#break
  }

  kind(at: number): number {
    if (--this.#steps < 0) throw new ScanTooLong()
    return at >= 0 && at < this.count ? (this.kinds[at] as number) : 0
  }

  word(at: number): number {
    return at >= 0 && at < this.count ? (this.words[at] as number) : -1
  }

  line(at: number): number {
    return this.lines[at] ?? 0
  }

  start(at: number): number {
    return this.starts[at] ?? 0
  }

  end(at: number): number {
    return this.ends[at] ?? 0
  }

  partner(at: number): number {
    return at >= 0 && at < this.count ? (this.partners[at] as number) : -1
  }

  /** Distance of a token from the beginning of its line, in characters. */
  column(at: number): number {
    return this.start(at) - (this.lineStarts[this.line(at)] ?? 0)
  }

  /** Whether a token is the first of its line. */
  leads(at: number): boolean {
    if (--this.#steps < 0) throw new ScanTooLong()
    return at === 0 || this.lines[at - 1] !== this.lines[at]
  }

  slice(at: number): string {
    return this.text.slice(this.start(at), this.end(at))
  }

  #grow(): void {
    const wider = new Uint8Array(this.kinds.length * 2)
    wider.set(this.kinds)
    this.kinds = wider
    this.starts = twice(this.starts)
    this.ends = twice(this.ends)
    this.lines = twice(this.lines)
    this.words = twice(this.words)
    this.partners = twice(this.partners)
  }
}

function twice(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(from.length * 2)
  larger.set(from)
  return larger
}
