import type { ExecPart } from '@codeforge/ports/sandbox'

const highWater = 1024 * 1024

/** Parts on their way from a command to its reader. Tells the producer to wait where the reader is slow. */
export class PartQueue {
  readonly #parts: ExecPart[] = []
  readonly #onDrained: () => void
  #bytes = 0
  #failure: { readonly error: unknown } | undefined
  #finished = false
  #wake: (() => void) | undefined

  constructor(onDrained: () => void) {
    this.#onDrained = onDrained
  }

  /** Adds a part; false where the reader should catch up first. */
  push(part: ExecPart): boolean {
    this.#parts.push(part)
    if (part.kind === 'output') this.#bytes += part.bytes.byteLength
    this.#wake?.()
    return this.#bytes < highWater
  }

  finish(): void {
    this.#finished = true
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#failure = { error }
    this.finish()
  }

  /** Yields all parts in order until finished; throws what `fail` was given after them. */
  async *read(): AsyncGenerator<ExecPart, void, undefined> {
    for (;;) {
      const part = this.#parts.shift()
      if (part !== undefined) {
        this.#take(part)
        yield part
      } else if (this.#finished) {
        break
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    }
    if (this.#failure) throw this.#failure.error
  }

  #take(part: ExecPart): void {
    if (part.kind !== 'output') return
    const wasFull = this.#bytes >= highWater
    this.#bytes -= part.bytes.byteLength
    if (wasFull && this.#bytes < highWater) this.#onDrained()
  }
}
