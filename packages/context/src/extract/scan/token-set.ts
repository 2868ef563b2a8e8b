/** Some tokens of a text: quicker to ask than a Set, since every token is asked for. */
export class TokenSet {
  #marks = new Uint8Array(1 << 14)
  readonly #added: number[] = []

  add(token: number): void {
    if (token >= this.#marks.length) {
      const larger = new Uint8Array(Math.max(this.#marks.length * 2, token + 1))
      larger.set(this.#marks)
      this.#marks = larger
    }
    this.#marks[token] = 1
    this.#added.push(token)
  }

  /** In the order they were added; one may be there twice. */
  get all(): readonly number[] {
    return this.#added
  }

  has(token: number): boolean {
    return this.#marks[token] === 1
  }

  clear(): void {
    for (const token of this.#added) this.#marks[token] = 0
    this.#added.length = 0
  }
}
