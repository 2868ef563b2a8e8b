import type { Node, QueryMatch } from 'web-tree-sitter'
import type { DefinitionKind, Import, ReferenceKind } from './file-facts.ts'

/** Something that covers part of a text: a definition, or the body of a type that is defined elsewhere. */
export interface Span {
  readonly name: string
  readonly kind: DefinitionKind | 'scope'
  readonly start: number
  readonly end: number
  readonly startLine: number
  readonly endLine: number
  /** Where its name stands; no two definitions share it. */
  readonly nameAt: number
  /** Where its body begins, or -1. */
  readonly bodyAt: number
  readonly container?: string
  readonly pattern: number
}

/** Lines from and to, both included, counted from 1. */
export interface Lines {
  readonly from: number
  readonly to: number
}

/** What the queries of a language caught, sorted out. */
export interface Captures {
  readonly spans: readonly Span[]
  readonly references: readonly { readonly name: string; readonly line: number; readonly kind: ReferenceKind }[]
  readonly imports: readonly Lines[]
  /** Imports that the query itself names, for languages without a quick scan. */
  readonly sources: readonly Import[]
  readonly opaque: readonly Lines[]
}

interface Draft {
  spans: Span[]
  references: { name: string; line: number; kind: ReferenceKind }[]
  imports: Lines[]
  sources: Import[]
  opaque: Lines[]
}

/** Sorts what a query caught by what its captures are called. */
export function readCaptures(matches: readonly QueryMatch[], text: string): Captures {
  const draft: Draft = { spans: [], references: [], imports: [], sources: [], opaque: [] }
  for (const match of matches) {
    const only = match.captures.length === 1 ? match.captures[0] : undefined
    if (only?.name === 'reference.call') note(draft, only.node, 'call', text)
    else readMatch(draft, match, text)
  }
  return draft
}

// eslint-disable-next-line complexity -- a question for each kind of token, flat
function readMatch(draft: Draft, { captures, patternIndex }: QueryMatch, text: string): void {
  let whole: Node | undefined
  let kind: Span['kind'] | undefined
  let name: Node | undefined
  let container: string | undefined
  for (const { name: role, node } of captures) {
    if (role.startsWith('definition.')) [whole, kind] = [node, role.slice('definition.'.length) as DefinitionKind]
    else if (role === 'scope') [whole, kind] = [node, 'scope']
    else if (role === 'name' || role === 'scope.name') name = node
    else if (role === 'container') container = lastWord(textOf(node, text))
    else if (role === 'reference.call') note(draft, node, 'call', text)
    else if (role === 'reference.inherit') note(draft, node, 'inherit', text)
    else if (role === 'import') draft.imports.push(linesOf(node))
    else if (role === 'import.source') draft.sources.push({ specifier: textOf(node, text), names: [], line: node.startPosition.row + 1 })
    else if (role === 'opaque') draft.opaque.push(linesOf(node))
  }
  if (name === undefined || kind === undefined || whole === undefined || textOf(name, text) === '_') return
  const { from, to } = linesOf(whole)
  const bodyAt = kind === 'scope' ? -1 : (whole.childForFieldName('body')?.startIndex ?? -1)
  const span = {
    name: kind === 'scope' ? lastWord(textOf(name, text).replace(/^[&*]?(?:'\w+ )?(?:mut |dyn )?/, '')) : nameOf(name, text),
    kind,
    start: whole.startIndex,
    end: whole.endIndex,
    startLine: from,
    endLine: to,
    nameAt: name.startIndex,
    bodyAt,
    pattern: patternIndex,
  }
  draft.spans.push(container === undefined ? span : { ...span, container })
}

function note(draft: Draft, node: Node, kind: ReferenceKind, text: string): void {
  const name = textOf(node, text)
  if (name.length > 1 && name.length <= 200) draft.references.push({ name, line: node.startPosition.row + 1, kind })
}

/** Lines of a node; one that ends with a newline ends on the line before. */
function linesOf(node: Node): Lines {
  const from = node.startPosition.row + 1
  const { row, column } = node.endPosition
  return { from, to: Math.max(from, column === 0 ? row : row + 1) }
}

const textOf = (node: Node, text: string): string => text.slice(node.startIndex, node.endIndex)
const nameOf = (node: Node, text: string): string =>
  textOf(node, text)
    .replace(/\s+/g, ' ')
    .replace(/^["'](.*)["']$/, '$1')
    .slice(0, 200)

/** `a.b` and `A<T>` are contained in b and A. */
function lastWord(whole: string): string {
  return (
    whole
      .replace(/<.*$/s, '')
      .split(/[.:\\]+/)
      .at(-1) ?? whole
  ).slice(0, 200)
}
