/** Whole numbers (0 to 2^32 - 1) in a typed array that grows. */
export class GrowingColumn {
  #values = new Uint32Array(1 << 8)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  at(row: number): number {
    return this.#values[row] ?? 0
  }

  /** What was pushed, in an array of its own; the column is empty afterwards. */
  take(): Uint32Array<ArrayBuffer> {
    const taken = this.#values.slice(0, this.length)
    this.length = 0
    return taken
  }
}
