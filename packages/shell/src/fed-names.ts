import { namesFromCommands } from './listing.ts'
import { heldBy, walkSubstitution, type ShellState } from './state.ts'
import type { SyntaxNode } from './syntax.ts'
import { oneOf, spread, type Word } from './words.ts'

/** The names that a list prints into a loop, as in `done < <(git ls-files)` and `done <<< "$files"`; null where none are known. */
export function namesFed(state: ShellState, node: SyntaxNode): readonly Word[] | null {
  const feeding = node.namedChildren.filter((child) => child.type.endsWith('_redirect') && child.text.includes('<'))
  const [redirect] = feeding
  const target = redirect?.namedChildren[0]
  if (node.namedChildren[0]?.type !== 'while_statement' || feeding.length !== 1 || redirect === undefined || target === undefined || redirect.namedChildren.length !== 1) return null
  if (redirect.type === 'herestring_redirect') return namesInString(state, target)
  if (!/^<\s*<\(/.test(redirect.text) || target.type !== 'process_substitution') return null
  const before = state.found.commands.length
  walkSubstitution(state, target)
  return namesFromCommands(target, state.found.commands.slice(before))
}

function namesInString(state: ShellState, target: SyntaxNode): readonly Word[] | null {
  const name = /^"?\$\{?(\w+)\}?"?$/.exec(target.text)?.[1]
  const value = name === undefined ? undefined : heldBy(state, name)
  if (value?.listed === true) return spread(value).map(oneOf)
  const [substitution] = target.type === 'string' ? target.namedChildren : [target]
  if (substitution?.type !== 'command_substitution' || !/^"?\$\([^"]*\)"?$/s.test(target.text)) return null
  const before = state.found.commands.length
  walkSubstitution(state, substitution)
  return namesFromCommands(substitution, state.found.commands.slice(before))
}
