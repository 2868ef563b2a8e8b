import type { SyntaxNode } from './syntax.ts'

// Nodes that execute something: the walk must have looked at each of them.
const executing: ReadonlySet<string> = new Set([
  'command', 'command_substitution', 'process_substitution', 'subshell', 'compound_statement', 'redirected_statement', 'pipeline', 'list', 'negated_command',
  'if_statement', 'case_statement', 'for_statement', 'c_style_for_statement', 'while_statement', 'function_definition', 'test_command', 'declaration_command', 'unset_command',
])

// Leaves whose signs mean nothing to bash.
const literal: ReadonlySet<string> = new Set(['raw_string', 'ansi_c_string', 'comment', 'heredoc_start', 'heredoc_end', 'file_descriptor'])

/** The nodes whose beginning each of these tokens is; anywhere else the token is code that the tree does not explain. */
const openers: Readonly<Record<string, readonly string[]>> = {
  '$(': ['command_substitution'], '`': ['command_substitution'], '<(': ['process_substitution'], '>(': ['process_substitution'], '${': ['expansion'],
  '$((': ['arithmetic_expansion', 'command_substitution'], '$[': ['arithmetic_expansion'], '((': ['test_command', 'c_style_for_statement', 'for_statement', 'while_statement', 'if_statement', 'subshell'],
}

/**
 * Accounts for every byte of a script after it was walked: a node that executes and was not looked at, or signs of code in a text that the
 * grammar shows as plain, are given as the reason why the analysis may miss something. Null: everything is explained.
 */
export function unaccounted(root: SyntaxNode): string | null {
  if (executing.has(root.type) && !root.seen) return `${shown(root.text)} was not looked at`
  if (root.type === 'heredoc_redirect') {
    const reason = misreadHeredoc(root)
    if (reason !== null) return reason
    if (isLiteralHeredoc(root)) return inChildren(root, ({ type }) => type !== 'heredoc_body')
  }
  // bash takes `{alpha` for one word.
  if (root.type === 'compound_statement' && /^\{\S/.test(root.text)) return `${shown(root.text)} begins with a brace that is part of a word`
  if (root.type === 'translated_string' && !root.text.startsWith('$"')) return `${shown(root.text)} is more than one word`
  if (root.children.length === 0) return leaf(root)
  return gaps(root) ?? touching(root) ?? inChildren(root, () => true)
}

/**
 * Whether a here-document ends where bash ends it. The grammar sometimes takes the first signs of a later line, or all that is left, for its
 * end; and a sign before `<<` for a part of it.
 */
function misreadHeredoc(node: SyntaxNode): string | null {
  const part = (type: string) => node.children.find((child) => child.type === type)?.text ?? ''
  const sign = node.children.find(({ isNamed }) => !isNamed)?.text ?? ''
  const delimiter = part('heredoc_start').replaceAll(/['"\\]/g, '')
  const [body, end] = [part('heredoc_body'), part('heredoc_end')]
  const start = node.children.find(({ type }) => type === 'heredoc_start')
  const goesOn = start !== undefined && /^[^\s;&|<>()]/.test(node.text.slice(start.endIndex - node.startIndex))
  const tabs = sign === '<<-' ? /^\t*/ : /^/
  const early = body.split('\n').some((line) => line.replace(tabs, '') === delimiter)
  const clean = node.children.every((child) => child.type !== 'heredoc_end' || /^(\n|$)/.test(child.following))
  const plain = /^(\\?[\w.-]+|'[\w .-]+'|"[\w .-]+")$/.test(part('heredoc_start'))
  return clean && plain && /^<<-?$/.test(sign) && end.replace(tabs, '') === delimiter && !early && !goesOn ? null : `a here-document whose end is not clear: ${shown(node.text)}`
}

const wordLike: ReadonlySet<string> = new Set('word number string raw_string ansi_c_string translated_string concatenation expansion simple_expansion command_substitution process_substitution arithmetic_expansion brace_expression extglob_pattern command_name variable_assignment'.split(' '))
/** Where parts of one word stand side by side. */
const wordOf: ReadonlySet<string> = new Set('concatenation string translated_string heredoc_body arithmetic_expansion expansion subscript regex extglob_pattern binary_expression'.split(' '))

/** Parts with nothing between them are one word to bash: the grammar sometimes makes two of it. */
function touching(node: SyntaxNode): string | null {
  if (wordOf.has(node.type)) return null
  const { children } = node
  for (let index = 1; index < children.length; index++) {
    const child = children[index - 1]
    const next = children[index]
    if (child === undefined || next?.startIndex !== child.endIndex) continue
    // A number right before a redirection is the descriptor that it is about, and no argument.
    if (next.type.endsWith('_redirect') && /(^|[^\w./-])\d+$/.test(child.text) && child.type !== 'file_descriptor') return `${shown(child.text + next.text)} redirects a descriptor`
    if (wordLike.has(child.type) && wordLike.has(next.type)) return `${shown(child.text + next.text)} is one word and not two`
  }
  return null
}

function inChildren(node: SyntaxNode, wanted: (child: SyntaxNode) => boolean): string | null {
  for (const child of node.children) {
    const reason = wanted(child) ? unaccounted(child) : null
    if (reason !== null) return reason
  }
  return null
}

function isLiteralHeredoc(node: SyntaxNode): boolean {
  return node.children.some(({ type, text }) => type === 'heredoc_start' && /['"\\]/.test(text))
}

function leaf(node: SyntaxNode): string | null {
  // After anything else the sign is a part of the word that bash is reading.
  if (node.type === 'comment' && !/^([\s;&|(]|$)/.test(node.preceding)) return `${shown(node.text)} is no comment where it stands`
  if (literal.has(node.type)) return null
  if (node.type === 'word' && separates(node.text)) return `${shown(node.text)} is more than the word that the grammar takes it for`
  if (node.isNamed) return holdsCode(node.text) ? `${shown(node.text)} holds code that the grammar does not show` : null
  // Within [[ ]] the grammar compares where bash substitutes a process.
  if (/^[<>]$/.test(node.text) && node.following === '(') return `${node.text}( opens code that the grammar does not show`
  const parents = Object.hasOwn(openers, node.text) ? openers[node.text] : undefined
  return parents === undefined || parents.includes(node.parent?.type ?? '') ? null : `${shown(node.text)} opens code that the grammar does not show`
}

// A backslash before a line end joins what stands around it: only together with a blank does it separate.
const blank = /^(?:\s|\\\r?\n)*\s(?:\s|\\\r?\n)*$/

/** Text of a node that belongs to none of its children: blanks between words, or the content of a text. The grammar loses a lone `-` before a here-document. */
function gaps(node: SyntaxNode): string | null {
  let from = node.startIndex
  for (const { startIndex, endIndex } of node.children) {
    const reason = startIndex > from ? gap(node, from, startIndex) : null
    if (reason !== null) return reason
    from = Math.max(from, endIndex)
  }
  return node.endIndex > from ? gap(node, from, node.endIndex) : null
}

/** Between the parts of these there is nothing, not even a line end after a backslash. */
const oneWord: ReadonlySet<string> = new Set(['variable_assignment', 'concatenation', 'simple_expansion', 'command_name'])
const oneLine: ReadonlySet<string> = new Set(['command', 'declaration_command', 'unset_command', 'variable_assignment', 'variable_assignments', 'file_redirect', 'herestring_redirect'])

function gap(node: SyntaxNode, from: number, to: number): string | null {
  const text = node.between(from, to)
  if (oneWord.has(node.type)) return `${shown(node.text)} is more than one word`
  if (text === ' ') return null
  // A line that ends within a command: the grammar swallowed what follows.
  if (oneLine.has(node.type) && /\n/.test(text.replaceAll(/\\\r?\n/g, ''))) return `${shown(node.text)} is more than one command`
  const content = node.type === 'string' || node.type === 'heredoc_body' || node.type === 'translated_string'
  const fine = content ? !holdsCode(text) : blank.test(text) || (node.type === 'redirected_statement' && /^\s+-\s+$/.test(text))
  return fine ? null : `${shown(text)} is not explained by the grammar`
}

/** Whether a text holds an expansion or substitution that no backslash takes away. */
function holdsCode(text: string): boolean {
  return /[$`<>]/.test(text) && /`|\$[({[]|[<>]\(/.test(text.replaceAll(/\\[\s\S]/g, ''))
}

/** Whether a text without quotes holds what ends a word in bash: the grammar sometimes swallows the end of a block and the next command. */
function separates(text: string): boolean {
  return /[\s;&|<>()]/.test(text) && /[\s;&|<>()]/.test(text.replaceAll(/\\[\s\S]/g, ''))
}

function shown(text: string): string {
  return text.slice(0, 60)
}
