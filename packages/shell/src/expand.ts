import type { SyntaxNode } from './syntax.ts'
import { derivedWord, workingDirectory } from './derived.ts'
import { giveUp, heldBy, limits, walkSubstitution, type ShellState } from './state.ts'
import { expandedBraces } from './braces.ts'
import { namesFromCommands, printedText } from './listing.ts'
import { stripped } from './parameters.ts'
import { namesSecret } from './secret-variables.ts'
import { ansiText, bareWord, eitherOf, elementsOf, joined, known, listOf, mapChoices, numericWord, quotedText, spread, unknownWord, type Word } from './words.ts'

/** Works out what a word becomes, and walks the code inside it. */
export function expandWord(state: ShellState, node: SyntaxNode): Word {
  node.seen = true
  switch (node.type) {
    case 'word':
      return bareWord(node.text) ?? lost(state, node, 'text with an expansion that the grammar does not show')
    case 'number':
      return node.children.length === 0 ? known(node.text, node.text) : lost(state, node, 'a number with an expansion')
    case 'raw_string':
      return known(node.text, node.text.slice(1, -1))
    case 'ansi_c_string': {
      const value = ansiText(node.text.slice(2, -1))
      return value === null ? unknownWord(node.text) : known(node.text, value)
    }
    case 'string':
    case 'translated_string':
      return expandString(state, node)
    case 'concatenation':
      return expandConcatenation(state, node)
    case 'command_name':
      // A plain name was not copied further.
      return node.children[0] === undefined ? bareWord(node.text) ?? unknownWord(node.text) : expandWord(state, node.children[0])
    default:
      return expandExpansion(state, node)
  }
}

const printsNumber = /^\$\(\s*(nproc|date \+%s|getconf _NPROCESSORS_ONLN|id -[ug]|(git rev-list --count HEAD))\s*\)$/

// What goes through `wc` alone comes out as a number, where neither is another program of the text.
const countsLines = /^\$\((?:[^;&|\n`]*\|)*\s*wc -[lwcm](?:\s*<\s*[^\s;&|<>]+)?\s*\)$/

/** What a command prints is not known, but for programs that list names. */
function expandSubstitution(state: ShellState, node: SyntaxNode): Word {
  // Within backticks a backslash takes the meaning of the next sign away once more. The grammar counts blanks before them, too.
  if (node.text.includes('\\') && node.text.trimStart().startsWith('`')) giveUp(state, 'a backslash within backticks')
  const before = state.found.commands.length
  walkSubstitution(state, node)
  // A name that nobody has, in the temporary directory.
  if (/^\$\(\s*mktemp( -d)?\s*\)$/.test(node.text)) return known(node.text, '/tmp/tmp.XXXXXXXXXX')
  const text = printedText(node)
  if (text !== null) return known(node.text, text)
  if (printsNumber.test(node.text) || (countsLines.test(node.text) && state.functions.size + state.aliases.size === 0)) return numericWord(node.text)
  const commands = state.found.commands.slice(before)
  const derived = derivedWord(state, node, commands)
  if (derived !== null) return derived
  const names = namesFromCommands(node, commands)
  return names === null ? unknownWord(node.text) : listOf(node.text, names)
}

function expandExpansion(state: ShellState, node: SyntaxNode): Word {
  switch (node.type) {
    case 'brace_expression':
      return listedBy(node.text) ?? lost(state, node, 'a list between braces')
    case 'simple_expansion':
      return splitting(node, variable(state, node.text, node.text.slice(1)))
    case 'expansion':
      return splitting(node, expandBraces(state, node))
    case 'command_substitution':
      return expandSubstitution(state, node)
    case 'process_substitution':
      walkSubstitution(state, node)
      return known(node.text, '/dev/fd/63')
    case 'arithmetic_expansion':
      return arithmetic(state, withNumbers(state, node).replace(/^\$\(\(|^\$\[|\)\)$|\]$/g, '')) ? numericWord(node.text) : lost(state, node, 'arithmetic that may execute something')
    case 'variable_name':
    case 'special_variable_name':
    case 'test_operator':
    case 'regex':
    case 'extglob_pattern':
      return /[`$]/.test(node.text) ? lost(state, node, 'an expansion that is not understood') : known(node.text, node.text)
    default:
      return lost(state, node, `the construct ${node.type}`)
  }
}

const substitutions: ReadonlySet<string> = new Set(['command_substitution'])

/** The text of an expression, with numbers in the place of what prints them. */
function withNumbers(state: ShellState, node: SyntaxNode): string {
  if (!node.text.slice(3).includes('$(')) return node.text
  return node.descendants(substitutions).filter(({ text }) => printsNumber.test(text)).reduce((text, inner) => {
    walkSubstitution(state, inner)
    return text.replace(inner.text, '1')
  }, node.text)
}

const expressions: ReadonlySet<string> = new Set(['binary_expression', 'unary_expression', 'parenthesized_expression', 'ternary_expression', 'postfix_expression'])

/** The words of a test, with all code in them walked. */
export function expandInside(state: ShellState, node: SyntaxNode): Word[] {
  return node.namedChildren.flatMap((child) => (expressions.has(child.type) ? expandInside(state, child) : [expandWord(state, child)]))
}

function lost(state: ShellState, node: SyntaxNode, reason: string): Word {
  giveUp(state, `${reason}: ${node.text.slice(0, 60)}`)
  return unknownWord(node.text)
}

function expandString(state: ShellState, node: SyntaxNode): Word {
  if (node.children.length === 0) return plainString(state, node)
  const array = node.text === '"$@"' ? '@' : /^"\$\{(\w+)\[@\]\}"$/.exec(node.text)?.[1]
  const elements = array === undefined ? undefined : heldBy(state, array)
  if (elements?.array === true) {
    for (const child of node.namedChildren) child.seen = true
    return elementsOf(node.text, elements)
  }
  const parts: Word[] = []
  let from = node.text.indexOf('"') + 1
  const literalUpTo = (to: number) => {
    const source = node.text.slice(from, to)
    if (source === '') return
    const value = quotedText(source)
    parts.push(value === null ? lost(state, node, 'a quoted text with an expansion that the grammar does not show') : known(source, value))
  }
  for (const child of node.namedChildren) {
    if (child.type === 'string_content') continue
    const at = child.startIndex - node.startIndex
    literalUpTo(at)
    parts.push(asQuoted(expandQuoted(state, child)))
    from = at + child.text.length
  }
  literalUpTo(node.text.length - 1)
  return parts.length === 0 ? known(node.text, '') : asQuoted(joined(node.text, parts))
}

/** A text between quotes in which nothing is expanded. */
function plainString(state: ShellState, node: SyntaxNode): Word {
  const { text } = node
  const value = quotedText(text.slice(text.indexOf('"') + 1, -1))
  return value === null ? lost(state, node, 'a quoted text with an expansion that the grammar does not show') : known(text, value)
}

/** Between quotes wildcards are plain signs, names that were found stay what they are, and a list is a single word that nobody knows. */
function asQuoted(word: Word): Word {
  if (word.either) return mapChoices(word, asQuoted)
  if (word.listed) return unknownWord(word.source)
  return { ...word, splits: false, glob: word.expanded && word.glob }
}

/** Within quotes a value is not split and its wildcards stay characters. */
function expandQuoted(state: ShellState, node: SyntaxNode): Word {
  node.seen = true
  if (node.type === 'simple_expansion') return variable(state, node.text, node.text.slice(1))
  if (node.type === 'expansion') return expandBraces(state, node)
  return expandWord(state, node)
}

/** The words that lists between braces stand for; null where there are none. A wildcard that is quoted stands for one name of those that it would stand for otherwise. */
function listedBy(text: string): Word | null {
  const [first, ...more] = expandedBraces(text.replaceAll(/\\([*?])/g, '$1'))?.map((word) => known(text, word, /[*?[]/.test(word))) ?? []
  return first === undefined ? null : more.length === 0 ? first : { ...first, more }
}

function expandConcatenation(state: ShellState, node: SyntaxNode): Word {
  const listed = listedBy(node.text)
  if (listed !== null) return listed
  const covered = node.children.reduce((sum, child) => sum + child.text.length, 0)
  if (covered !== node.text.length) return lost(state, node, 'a word with parts that the grammar does not show')
  // Before a quote a dollar sign is part of the quoting, which the grammar shows as a sign of its own.
  if (node.children.some((child, index) => child.text === '$' && /^["']/.test(node.children[index + 1]?.text ?? ''))) return lost(state, node, 'a quoted text after a dollar sign')
  const parts = node.children.map((child) => (child.isNamed && child.type !== 'brace_expression' ? expandWord(state, child) : bareWord(child.text) ?? lost(state, child, 'an unexpected sign')))
  // The pieces of `{a,b}` are seen apart; together they become several words.
  const plain = node.children.map((child) => (child.type === 'word' || child.type === 'brace_expression' || !child.isNamed ? child.text : '_')).join('')
  return /\{.*(,|\.\.).*\}/s.test(plain) ? unknownWord(node.text) : joined(node.text, parts)
}

function expandBraces(state: ShellState, node: SyntaxNode): Word {
  const name = /^\$\{(\w+)\}$/.exec(node.text)?.[1]
  if (name !== undefined) return variable(state, node.text, name)
  if (/^\$\{#\w+(\[[@*]\])?\}$/.test(node.text) || node.text === '${PIPESTATUS[0]}') return numericWord(node.text)
  if (/^\$\{\w+\[(\d+|[@*])\]\}$/.test(node.text)) return unknownWord(node.text)
  const inArray = arrayPart(state, node)
  if (inArray !== null) return inArray
  // Operators may hide code in their words, assign, or run a value as code (@P, !).
  const written = node.namedChildren.filter(({ type }) => type === 'command_substitution').reduce((text, child) => text.replace(child.text, '_'), node.text)
  if (!/^\$\{\w+(:?[-+]|%%?|##?|\^\^?|,,?)[\w./ *:@,+=-]*\}$|^\$\{\w+:\d+(:\d+)?\}$/.test(written)) giveUp(state, `an expansion that is not understood: ${node.text.slice(0, 60)}`)
  for (const child of node.namedChildren) if (child.type === 'command_substitution') walkSubstitution(state, child)
  const read = /^\$\{!?(\w+)/.exec(node.text)?.[1]
  if (read !== undefined && !state.variables.has(read) && namesSecret(read)) giveUp(state, `the variable ${read} may hold a secret`)
  return stripped(node.text, (variableName) => heldBy(state, variableName)) ?? unknownWord(node.text)
}

/** `${!list[@]}`, the places of a list, and `${list[$place]}`, one of its elements; null for anything else, and where the list or the place is not known. */
function arrayPart(state: ShellState, node: SyntaxNode): Word | null {
  // Within quotes the grammar takes the blanks before it for a part of it.
  const blanks = /^\s*/.exec(node.text)?.[0] ?? ''
  if (blanks !== '') return afterBlanks(state, node, blanks)
  return partOf(state, node, node.text)
}

function afterBlanks(state: ShellState, node: SyntaxNode, blanks: string): Word | null {
  const part = partOf(state, node, node.text.slice(blanks.length))
  return part === null ? null : joined(node.text, [known(blanks, blanks), part])
}

function partOf(state: ShellState, node: SyntaxNode, text: string): Word | null {
  const places = /^\$\{!(\w+)\[[@*]\]\}$/.exec(text)?.[1]
  if (places !== undefined) return heldBy(state, places)?.array === true ? numericWord(node.text) : null
  const [, name = '', place = ''] = /^\$\{(\w+)\[\$(\w+)\]\}$/.exec(text) ?? []
  const list = heldBy(state, name)
  if (list?.array !== true || heldBy(state, place)?.numeric !== true) return null
  for (const child of node.descendants(subscripts)) child.seen = true
  return eitherOf(node.text, spread(elementsOf(node.text, list)).map((element): Word => ({ ...element, more: null })))
}

const subscripts: ReadonlySet<string> = new Set(['subscript', 'simple_expansion'])

function variable(state: ShellState, source: string, name: string): Word {
  if (/^[?#$]$/.test(name)) return numericWord(source)
  if (name === 'PWD') return workingDirectory(state, source) ?? unknownWord(source)
  const value = heldBy(state, name)
  if (value === undefined && namesSecret(name)) giveUp(state, `the variable ${name} may hold a secret`)
  return value === undefined || value.array ? unknownWord(source) : { ...value, source }
}

/** An unquoted value is split at blanks and its wildcards become names: known only where there is nothing to split. */
function splitting(node: SyntaxNode, word: Word): Word {
  if (word.either) return mapChoices(word, (choice) => splitting(node, choice))
  if (word.value === null || word.value === '' || word.value.includes('\\')) return unknownWord(node.text)
  if (/\s/.test(word.value)) return splitAtBlanks(node.text, word)
  if (word.expanded) return { ...word, source: node.text, splits: true }
  return { ...word, source: node.text, glob: /[*?[]/.test(word.value) }
}

/** The words that a known text becomes; that nothing changes where words are cut is seen to where variables are set. */
function splitAtBlanks(source: string, { value, more, expanded }: Word): Word {
  const [first, ...others] = (value ?? '').split(/[ \t\n]+/).filter((part) => part !== '').map((part): Word => ({ ...known(source, part, /[*?[]/.test(part)) }))
  if (first === undefined || more !== null || expanded || others.length >= limits.loopItems || /[^\S \t\n]/.test(value ?? '')) return unknownWord(source)
  return others.length === 0 ? first : { ...first, more: others }
}

/**
 * Whether an arithmetic expression cannot execute anything: bash evaluates the values of variables as expressions again, and a subscript in
 * one may hold a command. So every name in it must be a number already.
 */
export function arithmetic(state: ShellState, source: string): boolean {
  if (!/^[\w\s+\-*/%<>=!&|^~?:(),;$]*$/.test(source) || /\$[^\w?#!$]/.test(source)) return false
  const isNumber = (name: string) => heldBy(state, name)?.numeric === true
  for (const part of source.split(';')) {
    const target = /^\s*([A-Za-z_]\w*)\s*=(?!=)/.exec(part)?.[1]
    const names = [...part.slice(target === undefined ? 0 : part.indexOf('=')).matchAll(/[A-Za-z_]\w*/g)].map(([name]) => name)
    if (!names.every(isNumber)) return false
    if (target !== undefined) state.variables.set(target, numericWord(target))
    for (const [, name] of part.matchAll(/([A-Za-z_]\w*)\s*(?:\+\+|--|[-+*/%]=)/g)) if (name !== undefined) state.variables.set(name, numericWord(name))
    for (const [, name] of part.matchAll(/(?:\+\+|--)\s*([A-Za-z_]\w*)/g)) if (name !== undefined) state.variables.set(name, numericWord(name))
  }
  return true
}
