import { decodeMessage } from '@codeforge/contracts/queue-message'

/** A message to whoever listens. Its payload is decoded when somebody looks at it: most messages say what nobody watches at the moment. */
export class Transient {
  readonly subject: string
  readonly #bytes: Uint8Array

  constructor(subject: string, bytes: Uint8Array) {
    this.subject = subject
    this.#bytes = bytes
  }

  /** What it says, of the reader's own; undefined where it is not JSON: there is nobody to complain to. */
  get payload(): unknown {
    try {
      return decodeMessage(this.#bytes)
    } catch {
      return undefined
    }
  }
}
