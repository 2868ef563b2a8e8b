/** Rows of whole numbers (0 to 2^32 - 1), kept as one typed array that grows. */
export class GrowingColumns {
  readonly #width: number
  #values = new Uint32Array(1 << 12)
  #used = 0

  constructor(width: number) {
    this.#width = width
  }

  get rows(): number {
    return this.#used / this.#width
  }

  add(...row: readonly number[]): void {
    if (this.#used + this.#width > this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    for (let column = 0; column < this.#width; column += 1) this.#values[this.#used++] = row[column] ?? 0
  }

  at(row: number, column: number): number {
    return this.#values[row * this.#width + column] ?? 0
  }

  /** One column of the rows given, or of all. */
  column(column: number, rows?: Uint32Array): Uint32Array {
    const taken = new Uint32Array(rows?.length ?? this.rows)
    for (let row = 0; row < taken.length; row += 1) taken[row] = this.at(rows ? (rows[row] ?? 0) : row, column)
    return taken
  }
}
