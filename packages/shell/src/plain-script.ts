import { SyntaxNode } from './syntax.ts'

// Signs that mean nothing to bash outside quotes, or that stand for names. `{}` and `\;` are what find is given.
const bare = /[\w./:,@%+=^~*?-]+/y
const single = /'[^']*'/y
const double = /"[^"$`\\]*"/y
const content = /[^"$`\\\n]+/y
// After `$?` the grammar takes letters for a name.
const expansion = /\$(?:[A-Za-z_]\w*|\?(?!\w))/y
const assigned = /[A-Za-z_]\w*=/y
const redirection = /((?!0)\d*)(>>|>&|>)(?![<>(|&])|(<&|<|&>>|&>)(?![<>(|&])/y
const operator = /\|\||&&|\|(?!&)/y
const end = /;(?!;)|&(?![&>])/y
const blanks = /[ \t]*/y
const lines = /[ \t\n]*/y

const number = /^-?\d+$/
/** A name of a program that is never the beginning of a construct. */
const program = /^(?:[A-Za-z_]|\.{0,2}\/)[\w./+-]*$/
const plainName = /^[A-Za-z_][\w./-]*$/
const keywords: ReadonlySet<string> = new Set('if then else elif fi for while until do done case esac in select function time coproc declare typeset export readonly local unset unsetenv'.split(' '))

/** More than these in a row, or within each other, are nested too deep to be worth a second reader. */
const most = { operators: 100, substitutions: 5 } as const

interface Reader { readonly script: string; at: number; depth: number }

/**
 * Reads a script of plain commands, as most calls are: programs with words, quoted texts, variables and substitutions, assignments, redirections to files,
 * joined by signs such as `&&`. It makes the tree that the grammar makes, in a small part of the time. Null for every other script, which is left to the grammar;
 * a property test holds the two to each other.
 */
export function readPlainScript(script: string): SyntaxNode | null {
  const reader: Reader = { script, at: 0, depth: 0 }
  skip(reader, lines)
  const start = reader.at
  const statements: SyntaxNode[] = []
  while (reader.at < script.length) {
    const statement = readStatement(reader)
    if (statement === null) return null
    statements.push(statement)
    skip(reader, blanks)
    const sign = taken(reader, end)
    if (sign !== '') statements.push(signBefore(reader, sign))
    else if (reader.at < script.length && script.charAt(reader.at) !== '\n') return null
    skip(reader, lines)
  }
  return statements.length === 0 ? null : node(script, 'program', start, script.length).adopt(statements)
}

function node(script: string, type: string, startIndex: number, endIndex: number): SyntaxNode {
  return new SyntaxNode(script, { type, isNamed: true, startIndex, endIndex, fieldName: null })
}

function around(script: string, type: string, children: readonly SyntaxNode[]): SyntaxNode {
  return node(script, type, children[0]?.startIndex ?? 0, children.at(-1)?.endIndex ?? 0).adopt(children)
}

function sign(script: string, type: string, startIndex: number): SyntaxNode {
  return new SyntaxNode(script, { type, isNamed: false, startIndex, endIndex: startIndex + type.length, fieldName: null })
}

function signBefore({ script, at }: Reader, type: string): SyntaxNode {
  return sign(script, type, at - type.length)
}

function skip(reader: Reader, what: RegExp): void {
  what.lastIndex = reader.at
  what.test(reader.script)
  reader.at = what.lastIndex
}

/** The text that is read here; empty where there is none of it. */
function taken(reader: Reader, what: RegExp): string {
  const from = reader.at
  what.lastIndex = from
  if (!what.test(reader.script)) return ''
  reader.at = what.lastIndex
  return reader.script.slice(from, reader.at)
}

/** Commands joined by signs. A redirection is about all that stands before it, which is how the grammar has it. */
function readStatement(reader: Reader): SyntaxNode | null {
  const { script } = reader
  let list: SyntaxNode[] = []
  let pipeline: SyntaxNode[] = []
  let isLong = false
  for (let count = 0; count < most.operators; count++) {
    const command = readCommand(reader)
    if (command === null) return null
    pipeline.push(command)
    isLong ||= pipeline.length > 3
    const redirects = readRedirects(reader)
    if (redirects === null) return null
    // To bash a name may be assigned, and a file opened, without a program; the grammar takes that for an error, and loses a lone dash.
    if (redirects.length > 0 && (command.type !== 'command' || command.children.at(-1)?.text === '-')) return null
    if (redirects.length > 0) {
      // Within a substitution the grammar hangs it on all parts but the first of three and more.
      if (isLong && reader.depth > 0) return null
      pipeline = [around(script, 'redirected_statement', [joined(script, list, pipeline), ...redirects])]
      list = []
    }
    skip(reader, blanks)
    const joint = taken(reader, operator)
    if (joint === '') return joined(script, list, pipeline)
    if (joint === '|') pipeline.push(signBefore(reader, joint))
    else {
      // Of three and more in a pipeline the grammar hangs all but the first on the sign that follows.
      if (isLong) return null
      list = [joined(script, list, pipeline), signBefore(reader, joint)]
      pipeline = []
    }
    skip(reader, blanks)
  }
  return null
}

/** What stands before a sign, with the pipeline that follows it. */
function joined(script: string, list: readonly SyntaxNode[], pipeline: readonly SyntaxNode[]): SyntaxNode {
  const [first] = pipeline
  const last = first !== undefined && pipeline.length === 1 ? first : around(script, 'pipeline', pipeline)
  return list.length === 0 ? last : around(script, 'list', [...list, last])
}

function readCommand(reader: Reader): SyntaxNode | null {
  const { script } = reader
  const parts: SyntaxNode[] = []
  for (let assignment = readAssignment(reader); assignment !== undefined; assignment = readAssignment(reader)) {
    if (assignment === null) return null
    parts.push(assignment)
    skip(reader, blanks)
  }
  const from = reader.at
  const name = taken(reader, bare)
  if (name === '' && script.charAt(from) === '$') return readHidden(reader, parts)
  // Of several assignments in a row the grammar sometimes makes a command with what stands on the next line.
  if (name === '') return parts.length > 1 ? null : parts[0] ?? null
  if (!program.test(name) || keywords.has(name) || !endsWord(reader)) return null
  const named = node(script, 'command_name', from, reader.at)
  parts.push(plainName.test(name) ? named : named.adopt([node(script, 'word', from, reader.at)]))
  return readWords(reader, parts) ? around(script, 'command', parts) : null
}

/** A command whose program is in a variable. */
function readHidden(reader: Reader, parts: SyntaxNode[]): SyntaxNode | null {
  const { script, at } = reader
  const names: SyntaxNode[] = []
  if (!/[A-Za-z]/.test(script.charAt(at + 1)) || !addExpansion(reader, names) || !endsWord(reader)) return null
  parts.push(node(script, 'command_name', at, reader.at).adopt(names))
  return readWords(reader, parts) ? around(script, 'command', parts) : null
}

/** Undefined: there is none here. Null: it is none that is read here. */
function readAssignment(reader: Reader): SyntaxNode | null | undefined {
  const { script, at } = reader
  const name = taken(reader, assigned)
  if (name === '') return undefined
  const equals = signBefore(reader, '=')
  const variable = node(script, 'variable_name', at, equals.startIndex)
  variable.fieldName = 'name'
  const parts = [variable, equals]
  if (/[|&)]/.test(script.charAt(reader.at))) return null
  if (!endsWord(reader)) {
    const value = readWord(reader)
    if (value === null) return null
    value.fieldName = 'value'
    parts.push(value)
  }
  return around(script, 'variable_assignment', parts)
}

/** The words up to a redirection or a sign that ends the command. */
function readWords(reader: Reader, words: SyntaxNode[]): boolean {
  for (;;) {
    skip(reader, blanks)
    redirection.lastIndex = reader.at
    if (atEnd(reader) || redirection.test(reader.script)) return true
    const word = readWord(reader)
    if (word === null) return false
    words.push(word)
  }
}

function atEnd({ script, at }: Reader): boolean {
  const next = script.charAt(at)
  return next === '' || next === '\n' || next === ';' || next === '|' || next === ')' || (next === '&' && script.charAt(at + 1) !== '>')
}

/** Whether a word ends here: what touches a redirection is left to the grammar. */
function endsWord({ script, at }: Reader): boolean {
  const next = script.charAt(at)
  return next === '' || next === ' ' || next === '\n' || next === '\t' || next === ';' || next === '|' || next === '&' || next === ')'
}

function readWord(reader: Reader): SyntaxNode | null {
  const { script, at } = reader
  const parts: SyntaxNode[] = []
  do {
    if (!readPart(reader, parts)) return null
  } while (!endsWord(reader))
  const [only] = parts
  return only !== undefined && parts.length === 1 ? only : node(script, 'concatenation', at, reader.at).adopt(parts)
}

function readPart(reader: Reader, parts: SyntaxNode[]): boolean {
  const { script, at } = reader
  switch (script.charAt(at)) {
    case '"':
      return addText(reader, parts)
    case '\'':
      return add(reader, parts, 'raw_string', single)
    case '$':
      // After other signs the grammar loses some of it.
      return parts.length === 0 && addExpansion(reader, parts)
    case '{':
      return addMark(reader, parts)
    default:
      return addBare(reader, parts)
  }
}

function add(reader: Reader, parts: SyntaxNode[], type: string, what: RegExp): boolean {
  const from = reader.at
  if (taken(reader, what) === '') return false
  parts.push(node(reader.script, type, from, reader.at))
  return true
}

function addBare(reader: Reader, parts: SyntaxNode[]): boolean {
  const from = reader.at
  const text = taken(reader, bare)
  if (text === '' || /^(?:-?0x|=)/.test(text)) return false
  parts.push(node(reader.script, number.test(text) ? 'number' : 'word', from, reader.at))
  return true
}

/** `{}`, which is two words side by side to the grammar. */
function addMark(reader: Reader, parts: SyntaxNode[]): boolean {
  const { script, at } = reader
  if (!script.startsWith('{}', at)) return false
  parts.push(node(script, 'word', at, at + 1), node(script, 'word', at + 1, at + 2))
  reader.at = at + 2
  return true
}

function addExpansion(reader: Reader, parts: SyntaxNode[]): boolean {
  const { script, at } = reader
  if (script.charAt(at + 1) === '(') return addSubstitution(reader, parts)
  const name = taken(reader, expansion)
  if (name === '' || name === '$_') return false
  const type = name === '$?' ? 'special_variable_name' : 'variable_name'
  parts.push(node(script, 'simple_expansion', at, reader.at).adopt([sign(script, '$', at), node(script, type, at + 1, reader.at)]))
  return true
}

/** `$(...)` with one statement in it. */
function addSubstitution(reader: Reader, parts: SyntaxNode[]): boolean {
  const { script, at } = reader
  if (reader.depth >= most.substitutions) return false
  reader.at += 2
  reader.depth += 1
  skip(reader, blanks)
  const statement = readStatement(reader)
  skip(reader, blanks)
  reader.depth -= 1
  if (statement === null || script.charAt(reader.at) !== ')') return false
  reader.at += 1
  parts.push(node(script, 'command_substitution', at, reader.at).adopt([sign(script, '$(', at), statement, signBefore(reader, ')')]))
  return true
}

/** A text between quotes. Without anything expanded in it, it is read as a whole. */
function addText(reader: Reader, parts: SyntaxNode[]): boolean {
  const { script, at } = reader
  if (taken(reader, double) !== '') return parts.push(node(script, 'string', at, reader.at)) > 0
  const inside = [sign(script, '"', at)]
  reader.at += 1
  while (script.charAt(reader.at) !== '"') if (!addPartOfText(reader, inside)) return false
  reader.at += 1
  inside.push(signBefore(reader, '"'))
  parts.push(node(script, 'string', at, reader.at).adopt(inside))
  return !script.slice(at, reader.at).includes('\n')
}

function addPartOfText(reader: Reader, parts: SyntaxNode[]): boolean {
  const from = reader.at
  if (reader.script.charAt(from) === '$') return addExpansion(reader, parts)
  // Of blanks alone between two variables the grammar makes something or nothing: that is left to it.
  if (taken(reader, content).trim() === '') return false
  parts.push(node(reader.script, 'string_content', from, reader.at))
  return true
}

/** Null: a redirection of a kind that is not read here. */
function readRedirects(reader: Reader): SyntaxNode[] | null {
  const { script } = reader
  const found: SyntaxNode[] = []
  for (;;) {
    skip(reader, blanks)
    redirection.lastIndex = reader.at
    const match = redirection.exec(script)
    if (match === null) return found.length === 0 || atEnd(reader) ? found : null
    const [whole, descriptor = '', numbered = '', kind = numbered] = match
    const parts = descriptor === '' ? [] : [node(script, 'file_descriptor', reader.at, reader.at + descriptor.length)]
    parts.push(sign(script, kind, reader.at + descriptor.length))
    reader.at += whole.length
    skip(reader, blanks)
    const target = endsWord(reader) ? null : readWord(reader)
    if (target === null || (kind.endsWith('&') && !/^\d+$/.test(target.text))) return null
    parts.push(target)
    found.push(around(script, 'file_redirect', parts))
  }
}
