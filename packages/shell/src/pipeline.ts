import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Node } from 'web-tree-sitter'
import { namesFound } from './find.ts'
import { fork, type ShellState } from './state.ts'
import type { Word } from './words.ts'

/** Walks the parts of a pipeline, each a shell of its own that reads what the one before it prints. */
export function walkPipeline(state: ShellState, node: Node): void {
  const redirected = readsElsewhere(node)
  let input: ShellState['input'] = null
  for (const part of node.namedChildren) {
    const inner = fork(state)
    // A part with a redirection of its own may read something else.
    inner.input = isPlain(part) && !redirected ? input : null
    const before = state.found.commands.length
    state.walk(inner, part)
    const [command, ...more] = state.found.commands.slice(before)
    input = command !== undefined && more.length === 0 && isPlain(part) ? namesPrinted(command, input) : null
  }
}

/** The grammar hangs a redirection of the last part on the whole pipeline, or even on the list that it ends. */
function readsElsewhere(node: Node): boolean {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.type === 'heredoc_redirect') return true
    if (outer.children.some((child) => child.type.endsWith('_redirect') && child.text.includes('<'))) return true
  }
  return false
}

function isPlain(part: Node): boolean {
  return (part.type === 'command' || part.type === 'redirected_statement') && !part.text.includes('<')
}

/** The file names that a command prints, where its words say which they can be. */
function namesPrinted({ program, args, directory, wrappers }: SimpleCommand, input: ShellState['input']): ShellState['input'] {
  if (wrappers.length > 0 || directory !== '.') return null
  const values = args.map(({ value }) => value ?? '')
  switch (program) {
    case 'find': {
      if (values.some((value) => /^-(exec|ok|delete|printf|fprint|ls|fls)/.test(value))) return null
      const names = namesFound(args.map((arg): Word => ({ ...arg, numeric: false })), '(input of xargs)')
      return names === null ? null : { names, separated: values.includes('-print0') && !values.includes('-print') }
    }
    case 'sort':
    case 'head':
    case 'tail':
      // These pass lines on as they are.
      return input === null || values.some((value) => !/^-(n?\d*|r|u|z|n)$/.test(value) && !/^\d+$/.test(value)) ? null : { ...input, separated: false }
    default:
      return null
  }
}
