import type { SyntaxNode } from './syntax.ts'
import { namesPrinted } from './listing.ts'
import { fork, type ShellState } from './state.ts'

/** Walks the parts of a pipeline, each a shell of its own that reads what the one before it prints. */
export function walkPipeline(state: ShellState, node: SyntaxNode): void {
  const redirected = readsElsewhere(node)
  let input: ShellState['input'] = null
  for (const part of node.namedChildren) {
    const inner = fork(state)
    // A part with a redirection of its own may read something else.
    inner.input = (isPlain(part) || readsFirst(part)) && !redirected ? input : null
    if (input !== null || part !== node.namedChildren[0]) inner.stdin = null
    inner.piped = state.piped || part !== node.namedChildren.at(-1)
    const before = state.found.commands.length
    state.walk(inner, part)
    const [command, ...more] = state.found.commands.slice(before)
    input = command !== undefined && more.length === 0 && isPlain(part) ? namesPrinted(command, input) : null
  }
}

/** The grammar hangs a redirection of the last part on the whole pipeline, or even on the list that it ends. */
function readsElsewhere(node: SyntaxNode): boolean {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.type === 'heredoc_redirect' || hasInput(outer)) return true
  }
  return false
}

function hasInput(node: SyntaxNode): boolean {
  // A script of many pipelines asks the same of what is around all of them.
  node.hasInput ??= node.children.some((child) => child.type.endsWith('_redirect') && child.text.includes('<'))
  return node.hasInput
}

/** A loop whose condition takes a name from the input, and in which nothing else that takes names has an input of its own. */
function readsFirst(part: SyntaxNode): boolean {
  if (part.type !== 'while_statement') return false
  if (!part.text.includes('<')) return true
  const [condition, ...rest] = part.namedChildren
  return condition !== undefined && !condition.text.includes('<') && rest.every(({ text }) => !/\b(read|xargs|parallel|mapfile|readarray)\b/.test(text))
}

function isPlain(part: SyntaxNode): boolean {
  return (part.type === 'command' || part.type === 'redirected_statement') && !part.text.includes('<')
}
