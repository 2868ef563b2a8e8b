import type { Definition, FileFacts, Import, Reference } from './file-facts.ts'
import { ByteReader, ByteWriter } from './byte-stream.ts'

const definitionKinds = ['function', 'method', 'class', 'interface', 'type', 'enum', 'constant', 'module'] as const
const referenceKinds = ['call', 'inherit', 'mention'] as const

/** Raise it whenever the layout below changes: values of another version are not read. */
export const factsFormat = 1

/**
 * Facts in a few bytes: a table of the distinct strings, then numbers of variable length that point into it. Lines are
 * written as the distance to the line before, since lists are in the order of lines.
 */
export function encodeFacts(facts: FileFacts): Uint8Array {
  const strings = new Map<string, number>()
  const numberOf = (text: string): number => {
    const known = strings.get(text)
    if (known !== undefined) return known
    strings.set(text, strings.size)
    return strings.size - 1
  }
  const body = new ByteWriter()
  body.number(facts.exact ? 1 : 0)
  writeDefinitions(body, facts.definitions, numberOf)
  writeReferences(body, facts.references, numberOf)
  writeImports(body, facts.imports, numberOf)
  const whole = new ByteWriter()
  whole.text([...strings.keys()].join('\n'))
  whole.bytes(body.finish())
  return whole.finish()
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
    return { specifier, line, names: from.list(() => string(from.number())) }
  })
}

function pick<T>(among: readonly T[], at: number): T {
  const found = among[at]
  if (found === undefined) throw new RangeError('These facts name a kind that does not exist.')
  return found
}
