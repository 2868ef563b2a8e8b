import type { GraphPlace, ReferencePlace, RelatedPlace, SymbolPlace } from '@codeforge/context/search/code-search'
import { printable } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'

const shownReferences = 30

/** What is known of a symbol or file: where it is defined, where it is used, and what is near it, with the way there. */
export interface SymbolGraph {
  readonly definitions: readonly SymbolPlace[]
  readonly references: readonly ReferencePlace[]
  readonly related: readonly RelatedPlace[]
}

export function graphLines({ definitions, references, related }: SymbolGraph, c: Terminal['out']): string[] {
  return [
    c.bold('Defined'),
    ...listed(definitions.map(({ kind, name, path, startLine, signature }) => `${place(path, startLine)}  ${printable(signature || `${kind} ${name}`)}`)),
    c.bold('Used'),
    ...listed(references.slice(0, shownReferences).map(({ path, line, kind, within }) => `${place(path, line)}  ${kind}${within === null ? '' : ` in ${printable(within)}`}`)),
    ...(references.length > shownReferences ? [`  ... and ${references.length - shownReferences} more`] : []),
    c.bold('Near'),
    ...listed(related.map((near) => `${nameOf(near)}  ${c.dim(wayOf(near))}`)),
  ]
}

function listed(lines: readonly string[]): string[] {
  return lines.length === 0 ? ['  nothing is known'] : lines.map((line) => `  ${line}`)
}

function place(path: string, line: number): string {
  return `${printable(path)}:${line}`
}

function nameOf({ path, symbol, line }: GraphPlace): string {
  return symbol === null ? printable(path) : `${printable(symbol)} (${place(path, line)})`
}

function wayOf({ way }: RelatedPlace): string {
  return way.map(({ from, kind, to }) => `${from.symbol ?? from.path} ${kind} ${to.symbol ?? to.path}`).map(printable).join(', then ')
}
