import type { Node } from 'web-tree-sitter'

const declaring = ['variable_assignment', 'for_statement', 'unset_command', 'declaration_command']
const assigningBuiltin = /\b(read|mapfile|readarray|getopts|printf|let|source|eval)\b|^\s*\.\s/

/** Names that code below a node may assign. */
export function assignedNames(node: Node): Set<string> {
  return new Set([
    ...node.descendantsOfType(declaring).flatMap((found) => (found === null ? [] : declaredBy(found))),
    ...node.descendantsOfType('command').flatMap((command) => (command === null ? [] : assignedBy(command))),
    // Arithmetic assigns as well.
    ...matchesOf(node.text, /([A-Za-z_]\w*)\s*(?:\+\+|--|[-+*/%&|^]?=(?!=))/g),
    ...matchesOf(node.text, /(?:\+\+|--)\s*([A-Za-z_]\w*)/g),
  ])
}

function declaredBy(node: Node): string[] {
  const name = node.childForFieldName('name') ?? node.childForFieldName('variable')
  const plain = node.namedChildren.filter(({ type }) => type === 'variable_name').map(({ text }) => text)
  return name === null ? plain : [name.text.replace(/\[.*/s, ''), ...plain]
}

/** Some commands of the shell assign to any of their words. */
function assignedBy(command: Node): string[] {
  return assigningBuiltin.test(command.text) ? matchesOf(command.text, /([A-Za-z_]\w*)/g) : []
}

function matchesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => (name === undefined ? [] : [name]))
}
