import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { DeadLetter } from '@codeforge/ports/queue'

interface Buried extends Omit<DeadLetter, 'payload'> {
  readonly payload: Uint8Array
}

/** The oldest make room beyond this; the store still knows their runs. */
const keep = 1_000

/** Messages that nobody could use, oldest first. */
export class DeadLetters {
  readonly #letters = new Map<string, Buried>()
  #last = 0

  add(letter: { readonly subject: string; readonly reason: string; readonly payload: Uint8Array }): void {
    const id = String((this.#last += 1))
    this.#letters.set(id, { ...letter, id, at: new Date() })
    const [oldest] = this.#letters.keys()
    if (this.#letters.size > keep && oldest !== undefined) this.#letters.delete(oldest)
  }

  list(limit: number, after = '0'): readonly DeadLetter[] {
    const decoder = new TextDecoder()
    return [...this.#letters.values()].filter(({ id }) => Number(id) > Number(after)).slice(0, limit).map((letter) => ({ ...letter, payload: decoder.decode(letter.payload) }))
  }

  payload(id: string): Uint8Array {
    const letter = this.#letters.get(id)
    if (!letter) throw new CodeForgeError('not-found', `There is no dead letter '${id}'.`)
    return letter.payload
  }

  remove(id: string): void {
    this.#letters.delete(id)
  }

  get size(): number {
    return this.#letters.size
  }
}
