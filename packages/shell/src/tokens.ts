/** A word of code: a name, a number, a plain text between quotes, or a sign. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign'
  readonly value: string
}

// Texts with other backslashes, or an expansion, are left out: what they become would have to be worked out.
const pattern = /[ \t]+|([A-Za-z_]\w*)|(\d+)|'((?:[^'\\\n]|\\[nt])*)'|"((?:[^"\\\n]|\\[nt])*)"|([().,;=[\]\n])/y

/** Cuts code into words; null where it holds anything but names, numbers, plain texts and a few signs. */
export function tokensOf(code: string): readonly Token[] | null {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  while (pattern.lastIndex < code.length) {
    const match = pattern.exec(code)
    if (match === null) return null
    const [, name, number, single, double, sign] = match
    const text = single ?? double
    if (name !== undefined) tokens.push({ kind: 'name', value: name })
    else if (number !== undefined) tokens.push({ kind: 'number', value: number })
    else if (text !== undefined) tokens.push({ kind: 'text', value: text.replaceAll('\\n', '\n').replaceAll('\\t', '\t') })
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign })
  }
  return tokens
}

/** Goes through the words of a code. Each `take` that fails leaves it where it was. */
export class Tokens {
  readonly #tokens: readonly Token[]
  #at = 0
  /** Files that the code reads. */
  readonly reads: string[] = []

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length
  }

  sign(value: string): boolean {
    return this.#take((token) => token.kind === 'sign' && token.value === value) !== null
  }

  name(...values: readonly string[]): string | null {
    return this.#take((token) => token.kind === 'name' && (values.length === 0 || values.includes(token.value)))
  }

  text(): string | null {
    return this.#take((token) => token.kind === 'text')
  }

  number(): string | null {
    return this.#take((token) => token.kind === 'number')
  }

  /** Names with dots between them, such as `os.path`; null where there is none. */
  dotted(): string | null {
    const parts: string[] = []
    do {
      const part = this.name()
      if (part === null) return null
      parts.push(part)
    } while (this.sign('.'))
    return parts.join('.')
  }

  /** What one way of reading finds; where it finds nothing nothing was read. */
  attempt(read: () => boolean): boolean {
    const at = this.#at
    const files = this.reads.length
    if (read()) return true
    this.#at = at
    this.reads.length = files
    return false
  }

  /** One or more of something, with commas between them. */
  list(read: () => boolean): boolean {
    do {
      if (!read()) return false
    } while (this.sign(','))
    return true
  }

  #take(fits: (token: Token) => boolean): string | null {
    const token = this.#tokens[this.#at]
    if (token === undefined || !fits(token)) return null
    this.#at++
    return token.value
  }
}
