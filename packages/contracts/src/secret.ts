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

  redact(text: string): string {
    return this.#needles.reduce((rest, needle) => rest.replaceAll(needle, mask), text)
  }
}

function formsOf(value: string): readonly string[] {
  return [value, JSON.stringify(value).slice(1, -1), percentEncoded(value)]
}

/** A lone surrogate has no URL form. */
function percentEncoded(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : value
}
