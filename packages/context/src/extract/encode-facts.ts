import { ByteReader, ByteWriter } from './byte-stream.ts'
import {
  type Definition,
  definitionKinds,
  type FileFacts,
  type Import,
  type Reference,
  referenceKinds,
  type Renaming,
} from './file-facts.ts'
import type { QuickScan } from './quick-scan.ts'
import type { LentReferences } from './scan/find-references.ts'

/**
 * Facts in a few bytes: a table of the distinct strings, then numbers of variable length that point into it. Lines are
 * written as the distance to the line before, since lists are in the order of lines.
 */
export function encodeFacts(facts: FileFacts): Uint8Array<ArrayBuffer> {
  const strings = new StringNumbers()
  body.restart()
  body.number(facts.exact ? 1 : 0)
  writeDefinitions(body, facts.definitions, strings.numberOf)
  writeReferences(body, facts.references, strings.numberOf)
  writeImports(body, facts.imports, strings.numberOf)
  return withStrings(strings)
}

/** The same of what the quick scan found, straight from its columns. */
export function encodeScan({ definitions, imports, references, words }: QuickScan): Uint8Array<ArrayBuffer> {
  const strings = new StringNumbers()
  body.restart()
  body.number(0)
  writeDefinitions(body, definitions, strings.numberOf)
  if ('encode' in references) return encodeLent(strings, references, imports)
  body.number(references.count)
  let line = 0
  for (let at = 0; at < references.count; at += 1) {
    const word = references.words[at] as number
    let string = strings.ofWord(word)
    if (string < 0) string = strings.setWord(word, words?.word(word) ?? '')
    body.number(string * referenceKinds.length + (references.kinds[at] as number))
    body.signed((references.lines[at] as number) - line)
    line = references.lines[at] as number
  }
  writeImports(body, imports, strings.numberOf)
  return withStrings(strings)
}

/** The same where the references lie in a tokeniser's memory, which knows their words as bytes. */
function encodeLent(strings: StringNumbers, references: LentReferences, imports: readonly Import[]): Uint8Array<ArrayBuffer> {
  const before = strings.texts.splice(0)
  const { strings: words, stringCount, bytes } = references.encode(before.length)
  strings.passOver(stringCount)
  body.number(references.count)
  body.bytes(bytes)
  writeImports(body, imports, strings.numberOf)
  const parts: Uint8Array[] = []
  if (before.length > 0) parts.push(Buffer.from(before.join('\n')))
  if (stringCount > 0) parts.push(words)
  if (strings.texts.length > 0) parts.push(Buffer.from(strings.texts.join('\n')))
  whole.restart()
  whole.number(parts.reduce((sum, part) => sum + part.byteLength, Math.max(0, parts.length - 1)))
  parts.forEach((part, at) => {
    if (at > 0) whole.bytes(lineBreak)
    whole.bytes(part)
  })
  whole.bytes(body.written())
  return whole.finish()
}

const lineBreak = Buffer.from('\n')

// Reused from text to text: encoding never waits.
const body = new ByteWriter()
const whole = new ByteWriter()

function withStrings({ texts }: StringNumbers): Uint8Array<ArrayBuffer> {
  whole.restart()
  whole.text(texts.join('\n'))
  whole.bytes(body.written())
  return whole.finish()
}

/** Which text a word was last met in, and its number there; words of the quick scan have numbers already. */
let wordTexts = new Int32Array(1 << 14)
let wordStrings = new Int32Array(1 << 14)
let textCount = 0

/** Numbers the distinct strings of one text. */
class StringNumbers {
  readonly texts: string[] = []
  #count = 0
  readonly #numbers = new Map<string, number>()
  readonly #text = (textCount = (textCount + 1) | 0)

  readonly numberOf = (text: string): number => {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#count)
    return this.#add(text)
  }

  #add(text: string): number {
    this.texts.push(text)
    return this.#count++
  }

  /** So many numbers are somebody else's. */
  passOver(count: number): void {
    this.#count += count
  }

  /** The number of a word, or -1 where it was not met yet. */
  ofWord(word: number): number {
    return wordTexts[word] === this.#text ? (wordStrings[word] as number) : -1
  }

  setWord(word: number, text: string): number {
    if (word >= wordTexts.length) [wordTexts, wordStrings] = [enlarged(wordTexts, word), enlarged(wordStrings, word)]
    wordTexts[word] = this.#text
    return (wordStrings[word] = this.#add(text))
  }
}

function enlarged(from: Int32Array<ArrayBuffer>, place: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(from.length * 2, place + 1))
  larger.set(from)
  return larger
}

function writeDefinitions(to: ByteWriter, definitions: readonly Definition[], numberOf: (text: string) => number): void {
  to.number(definitions.length)
  let line = 0
  for (const definition of definitions) {
    to.number(numberOf(definition.name))
    to.number(definitionKinds.indexOf(definition.kind))
    to.signed(definition.startLine - line)
    to.signed(definition.endLine - definition.startLine)
    to.number(numberOf(definition.signature))
    to.number(definition.container === undefined ? 0 : numberOf(definition.container) + 1)
    line = definition.startLine
  }
}

function writeReferences(to: ByteWriter, references: readonly Reference[], numberOf: (text: string) => number): void {
  to.number(references.length)
  let line = 0
  for (const reference of references) {
    to.number(numberOf(reference.name) * 3 + referenceKinds.indexOf(reference.kind))
    to.signed(reference.line - line)
    line = reference.line
  }
}

function writeImports(to: ByteWriter, imports: readonly Import[], numberOf: (text: string) => number): void {
  to.number(imports.length)
  for (const one of imports) {
    to.number(numberOf(one.specifier))
    to.number(one.line)
    to.number(one.names.length)
    for (const name of one.names) to.number(numberOf(name))
    to.number(one.renamed?.length ?? 0)
    for (const [name, local] of one.renamed ?? []) {
      to.number(numberOf(name))
      to.number(numberOf(local))
    }
  }
}

/** The facts as they were encoded; throws a RangeError on bytes that nobody encoded. */
export function decodeFacts(bytes: Uint8Array): FileFacts {
  const from = new ByteReader(bytes)
  const strings = from.text().split('\n')
  const string = (at: number): string => {
    const text = strings[at]
    if (text === undefined) throw new RangeError('These facts point at a string that they lack.')
    return text
  }
  const exact = from.number() === 1
  return { definitions: readDefinitions(from, string), references: readReferences(from, string), imports: readImports(from, string), exact }
}

function readDefinitions(from: ByteReader, string: (at: number) => string): Definition[] {
  let line = 0
  return from.list(() => {
    const name = string(from.number())
    const kind = pick(definitionKinds, from.number())
    const startLine = (line += from.signed())
    const endLine = startLine + from.signed()
    const signature = string(from.number())
    const container = from.number()
    return { name, kind, startLine, endLine, signature, ...(container > 0 ? { container: string(container - 1) } : {}) }
  })
}

function readReferences(from: ByteReader, string: (at: number) => string): Reference[] {
  let line = 0
  return from.list(() => {
    const packed = from.number()
    line += from.signed()
    return { name: string(Math.floor(packed / 3)), line, kind: pick(referenceKinds, packed % 3) }
  })
}

function readImports(from: ByteReader, string: (at: number) => string): Import[] {
  return from.list(() => {
    const specifier = string(from.number())
    const line = from.number()
    const names = from.list(() => string(from.number()))
    const renamed = from.list((): Renaming => [string(from.number()), string(from.number())])
    return { specifier, line, names, ...(renamed.length > 0 ? { renamed } : {}) }
  })
}

function pick<T>(among: readonly T[], at: number): T {
  const found = among[at]
  if (found === undefined) throw new RangeError('These facts name a kind that does not exist.')
  return found
}
