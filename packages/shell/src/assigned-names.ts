import type { SyntaxNode } from './syntax.ts'

const declaring: ReadonlySet<string> = new Set(['variable_assignment', 'for_statement', 'unset_command', 'declaration_command'])
const commands: ReadonlySet<string> = new Set(['command'])
const assigningBuiltin = /\b(read|mapfile|readarray|getopts|printf|let|source|eval)\b|^\s*\.\s/

/** Names that code below a node may assign. A loop is asked several times: they are looked for once. */
export function assignedNames(node: SyntaxNode): ReadonlySet<string> {
  node.assigned ??= namesIn(node)
  return node.assigned
}

function namesIn(node: SyntaxNode): ReadonlySet<string> {
  const { text } = node
  const names = new Set<string>()
  for (const found of node.descendants(declaring)) for (const name of declaredBy(found)) names.add(name)
  for (const command of node.descendants(commands)) for (const name of assignedBy(command)) names.add(name)
  // Arithmetic assigns as well.
  const counts = text.includes('++') || text.includes('--')
  if (counts || text.includes('=')) for (const name of matchesOf(text, /([A-Za-z_]\w*)\s*(?:\+\+|--|[-+*/%&|^]?=(?!=))/g)) names.add(name)
  if (counts) for (const name of matchesOf(text, /(?:\+\+|--)\s*([A-Za-z_]\w*)/g)) names.add(name)
  return names
}

function declaredBy(node: SyntaxNode): string[] {
  const name = node.field('name') ?? node.field('variable')
  const plain = node.namedChildren.filter(({ type }) => type === 'variable_name').map(({ text }) => text)
  return name === null ? plain : [name.text.replace(/\[.*/s, ''), ...plain]
}

/** Some commands of the shell assign to any of their words. */
function assignedBy(command: SyntaxNode): string[] {
  return assigningBuiltin.test(command.text) ? matchesOf(command.text, /([A-Za-z_]\w*)/g) : []
}

function matchesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => (name === undefined ? [] : [name]))
}

/** Names that code below a node assigns nothing but numbers to: whatever the loop does, they stay numbers. */
export function numbersIn(node: SyntaxNode): ReadonlySet<string> {
  const numbers = new Set<string>()
  const others = new Set(node.descendants(commands).flatMap(assignedBy))
  for (const found of node.descendants(declaring)) {
    const name = found.field('name')?.text
    const value = found.field('value')
    const isNumber = found.type === 'variable_assignment' && (value?.type === 'arithmetic_expansion' || value?.type === 'number') && value.text !== '' && !found.text.includes('+=')
    for (const declared of declaredBy(found)) (isNumber && declared === name ? numbers : others).add(declared)
  }
  for (const name of matchesOf(node.text, /\(\([^)]*?([A-Za-z_]\w*)\s*(?:\+\+|--|[-+*/%]?=(?!=))/g)) numbers.add(name)
  return new Set([...numbers].filter((name) => !others.has(name)))
}
