import type { SyntaxNode } from './syntax.ts'
import { pathsOfRedirect } from './command-paths.ts'
import { expandWord } from './expand.ts'
import { namesSecret } from './secret-variables.ts'
import { giveUp, walkSubstitution, type ShellState } from './state.ts'
import { choicesOf, type Word } from './words.ts'

const statements = /^(command|pipeline|list|redirected_statement|subshell|compound_statement|negated_command|test_command)$/

/** Records what a redirection reads or writes, and walks the code in it. */
export function walkRedirect(state: ShellState, node: SyntaxNode): void {
  switch (node.type) {
    case 'file_redirect':
      return walkFile(state, node)
    case 'herestring_redirect':
      for (const child of node.namedChildren) expandWord(state, child)
      return
    case 'heredoc_redirect':
      return walkHeredoc(state, node)
    default:
      giveUp(state, `the construct ${node.type}`)
  }
}

function walkFile(state: ShellState, node: SyntaxNode): void {
  const operator = node.children.find(({ isNamed }) => !isNamed)?.type ?? ''
  const targets = node.namedChildren.filter(({ type }) => type !== 'file_descriptor')
  // `-2>` is a word and a redirection to bash.
  if (node.namedChildren.some(({ type, text }) => type === 'file_descriptor' && !/^\d+$/.test(text))) giveUp(state, `a descriptor that is not understood: ${node.text.slice(0, 60)}`)
  if (targets.length === 0 && /^[<>]&-$/.test(operator)) return
  // What follows a descriptor that is closed is a word of the command to bash.
  if (targets.length !== 1 || operator.endsWith('-')) return giveUp(state, `a redirection that is not understood: ${node.text.slice(0, 60)}`)
  for (const target of targets) walkTarget(state, node, operator, target)
}

function walkTarget(state: ShellState, node: SyntaxNode, operator: string, target: SyntaxNode): void {
  if (node.text.slice(0, target.startIndex - node.startIndex).includes('\n')) giveUp(state, 'a redirection without a target on its line')
  const word = expandWord(state, target)
  for (const choice of choicesOf(word)) walkOpened(state, choice, operator, target)
}

function walkOpened(state: ShellState, word: Word, operator: string, target: SyntaxNode): void {
  // bash opens a connection for these instead of a file.
  if (/^\/dev\/(tcp|udp)\//.test(word.value ?? word.prefix)) giveUp(state, 'a redirection to the network')
  const duplicates = /^[<>]&$/.test(operator) && word.value !== null && /^(\d+-?|-)$/.test(word.value)
  if (duplicates || target.type === 'process_substitution') return
  state.found.redirects.push(...pathsOfRedirect(word, operator.includes('>') ? 'write' : 'read', state.directories))
}

/** The text that a redirection feeds to its command: undefined where it feeds none, null where it is not known. */
export function textFed(redirect: SyntaxNode): string | null | undefined {
  if (redirect.type === 'file_redirect') return /^\d*</.test(redirect.text) ? null : undefined
  if (redirect.type === 'herestring_redirect') {
    const quoted = redirect.namedChildren.find(({ type }) => type === 'raw_string')
    return quoted !== undefined && redirect.namedChildren.length === 1 ? quoted.text.slice(1, -1) : null
  }
  const start = redirect.namedChildren.find(({ type }) => type === 'heredoc_start')
  const body = redirect.namedChildren.find(({ type }) => type === 'heredoc_body')
  if (start === undefined || redirect.text.startsWith('<<-') || redirect.namedChildren.some(({ type }) => type === 'file_descriptor')) return null
  return /['"\\]/.test(start.text) ? body?.text ?? '' : null
}

function walkHeredoc(state: ShellState, node: SyntaxNode): void {
  const start = node.namedChildren.find(({ type }) => type === 'heredoc_start')
  const literal = start !== undefined && /['"\\]/.test(start.text)
  for (const child of node.namedChildren) {
    if (child.type === 'heredoc_body') {
      if (!literal) checkBody(state, child)
    } else if (child.type.endsWith('_redirect')) walkRedirect(state, child)
    else if (statements.test(child.type)) state.walk({ ...state, stdin: null }, child)
    else if (!/^(heredoc_start|heredoc_end|file_descriptor|comment)$/.test(child.type)) giveUp(state, 'words after a here-document')
  }
}

/** The grammar does not show all code in a here-document, so its text itself must be free of any. */
function checkBody(state: ShellState, body: SyntaxNode): void {
  const text = withoutPlainCode(state, body, body.text.replaceAll(/\\[\s\S]/g, ''))
  if (/`|\$\(|\$\[|\$\{(?!\w+\})/.test(text)) giveUp(state, 'a here-document with code in it')
  for (const [, name = ''] of text.matchAll(/\$\{?(\w+)/g)) if (!state.variables.has(name) && namesSecret(name)) giveUp(state, `the variable ${name} may hold a secret`)
}

const substitutions: ReadonlySet<string> = new Set(['command_substitution'])

/** The text without the substitutions of plain words that the grammar does show, which are walked. */
function withoutPlainCode(state: ShellState, body: SyntaxNode, text: string): string {
  if (!text.includes('$(')) return text
  const shown = body.descendants(substitutions).filter((node) => /^\$\([\w ./%+,:@=|'"-]+\)$/.test(node.text) && node.parent === body)
  return shown.reduce((left, node) => {
    if (!left.includes(node.text)) return left
    walkSubstitution(state, node)
    return left.replace(node.text, '')
  }, text)
}
