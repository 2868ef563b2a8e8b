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
  if (root.type === 'heredoc_redirect' && isLiteralHeredoc(root)) return inChildren(root, ({ type }) => type !== 'heredoc_body')
  if (root.children.length === 0) return leaf(root)
  return gaps(root) ?? inChildren(root, () => true)
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
  if (literal.has(node.type)) return null
  if (node.type === 'word' && separates(node.text)) return `${shown(node.text)} is more than the word that the grammar takes it for`
  if (node.isNamed) return holdsCode(node.text) ? `${shown(node.text)} holds code that the grammar does not show` : null
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

function gap(node: SyntaxNode, from: number, to: number): string | null {
  const text = node.text.slice(from - node.startIndex, to - node.startIndex)
  if (text === ' ' || text === '\n') return null
  const content = node.type === 'string' || node.type === 'heredoc_body' || node.type === 'translated_string'
  const fine = content ? !holdsCode(text) : blank.test(text) || (node.type === 'redirected_statement' && text.trim() === '-')
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
