const mostCharacters = 1024
/** Bytes of that many characters at most. */
const mostBytes = mostCharacters * 4

/** Collects the first characters of a text while its bytes pass by; empty for anything that is no text. */
export class Preview {
  readonly #wanted: boolean
  #pieces: Uint8Array[] = []
  #size = 0

  constructor(mediaType: string) {
    this.#wanted = /^(text\/|application\/json\b)/.test(mediaType)
  }

  add(piece: Uint8Array): void {
    if (!this.#wanted || this.#size >= mostBytes) return
    const kept = piece.slice(0, mostBytes - this.#size)
    this.#pieces.push(kept)
    this.#size += kept.byteLength
  }

  /** No character is cut in two, and no control character stays: a store refuses NUL, and a terminal obeys the others. */
  text(): string {
    const decoded = new TextDecoder().decode(Buffer.concat(this.#pieces), { stream: true })
    const clean = decoded.replaceAll(/[^\P{Cc}\n\t]/gu, '�')
    return clean.slice(0, mostCharacters).replace(/[\uD800-\uDBFF]$/, '')
  }
}
