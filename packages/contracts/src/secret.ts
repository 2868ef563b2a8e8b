const mask = '***'

/**
 * A value that must not be seen. It prints `***` in JSON, templates, and `util.inspect`;
 * only `reveal` gives the value, so that a reader finds each place where it leaves our hands.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  /** `util.inspect` looks this symbol up; named through the global registry, so that nothing of Node is imported. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask
  }
}

/** Shorter values would blank out innocent text. */
const shortestSecret = 6

/** Knows the secrets of a process and takes them out of texts that leave it: log lines, error messages, observations. */
export class Redactor {
  /** Longest first: a secret that contains another one must go as a whole. */
  #needles: readonly string[] = []

  constructor(secrets: readonly Secret[] = []) {
    this.add(...secrets)
  }

  /** From now on these are taken out, in the forms in which they usually show up. Values under six characters are ignored. */
  add(...secrets: readonly Secret[]): void {
    const needles = secrets.map((secret) => secret.reveal()).filter((value) => value.length >= shortestSecret).flatMap(formsOf)
    this.#needles = [...new Set([...this.#needles, ...needles])].sort((one, other) => other.length - one.length)
  }

  /** False where no secret is known: nothing would be taken out. */
  get knowsAny(): boolean {
    return this.#needles.length > 0
  }

  /** Whether a text holds a secret in one of its forms. */
  finds(text: string): boolean {
    return this.#needles.some((needle) => text.includes(needle))
  }

  redact(text: string): string {
    return this.#needles.reduce((rest, needle) => (rest.includes(needle) ? rest.replaceAll(needle, mask) : rest), text)
  }

  /**
   * How many characters at the end of a text may be the beginning of a secret. Whoever shows a text piece by piece holds
   * them back until the next piece, since a secret cut in two is in neither piece.
   */
  openEnd(text: string): number {
    const longest = Math.min(text.length, (this.#needles[0]?.length ?? 1) - 1)
    for (let length = longest; length > 0; length -= 1) {
      const end = text.slice(-length)
      if (this.#needles.some((needle) => needle.length > length && needle.startsWith(end))) return length
    }
    return 0
  }
}

/** As it is, inside JSON, inside a URL, in base64 and hexadecimal. */
function formsOf(value: string): readonly string[] {
  const bytes = new TextEncoder().encode(value)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [value, JSON.stringify(value).slice(1, -1), percentEncoded(value), ...base64Forms(bytes), hex, hex.toUpperCase()]
}

/** Encoded pieces shorter than this would blank out innocent text. */
const shortestPiece = 10

/**
 * What base64 of a text that holds the bytes always contains, whatever stands around them: base64 packs three bytes into four
 * characters, so there are three ways to be cut, and the characters at both ends mix with the neighbours.
 */
function base64Forms(bytes: Uint8Array): readonly string[] {
  const whole = encode(bytes)
  const inside = [0, 1, 2].map((shift) => {
    const text = encode(Uint8Array.from([...new Uint8Array(shift), ...bytes])).replaceAll('=', '')
    const from = Math.ceil((shift * 8) / 6)
    const until = Math.floor(((shift + bytes.length) * 8) / 6)
    return text.slice(from, until)
  })
  return [whole, ...inside].filter((text) => text.length >= shortestPiece).flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** A lone surrogate has no URL form. */
function percentEncoded(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : value
}
