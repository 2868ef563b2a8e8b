/** Writes numbers of variable length (seven bits a byte, lowest first), and text with its length. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0

  /** A whole number from 0 to 2^53. */
  number(value: number): void {
    this.#room(8)
    if (value < 128) {
      this.#bytes[this.#length++] = value
      return
    }
    let left = value
    while (left > 127) {
      this.#bytes[this.#length++] = (left % 128) | 128
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#length++] = left
  }

  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value)
  }

  text(value: string): void {
    const length = Buffer.byteLength(value)
    this.number(length)
    this.#room(length)
    this.#length += this.#bytes.write(value, this.#length)
  }

  bytes(value: Uint8Array): void {
    this.#room(value.byteLength)
    this.#bytes.set(value, this.#length)
    this.#length += value.byteLength
  }

  /** Forgets what was written. */
  restart(): void {
    this.#length = 0
  }

  /** What was written, until the next writing. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** What was written, in a buffer of its own. */
  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, this.#length))
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.byteLength) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.byteLength * 2, this.#length + more))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

/** Reads what a ByteWriter wrote; throws a RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  number(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new RangeError('The bytes end within a number.')
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }

  signed(): number {
    const value = this.number()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  text(): string {
    const length = this.number()
    const end = this.#at + length
    if (end > this.#bytes.byteLength) throw new RangeError('The bytes end within a text.')
    const value = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end
    return value
  }

  /** So many bytes, as hexadecimal digits. */
  hexadecimal(length: number): string {
    const end = this.#at + length
    if (end > this.#bytes.byteLength) throw new RangeError('The bytes end within a hash.')
    const digits = this.#bytes.toString('hex', this.#at, end)
    this.#at = end
    return digits
  }

  /** As many values as the number before them says. */
  list<T>(read: () => T): T[] {
    const length = this.number()
    if (length > this.#bytes.byteLength - this.#at) throw new RangeError('The bytes end within a list.')
    return Array.from({ length }, read)
  }
}
