import type { ReferenceKind } from '../extract/file-facts.ts'
import { groupByKey, itemsOf } from './compressed-rows.ts'
import type { CompressedRows } from './compressed-rows.ts'
import { GrowingColumns } from './growing-columns.ts'
import { ImportResolver } from './resolve-import.ts'
import type { SymbolTable } from './symbol-table.ts'

export type EdgeKind = 'import' | 'call' | 'inherit' | 'reference'
export const edgeKinds: readonly EdgeKind[] = ['import', 'call', 'inherit', 'reference']

/** Nodes are files (their numbers), then definitions (`files` + their row). Edges are columns, grouped by either end. */
export interface CodeGraph {
  readonly files: number
  readonly nodes: number
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly kinds: Uint8Array
  /** How sure an edge is, 0 to 1: 1 within a file, less through imports, least by name alone. */
  readonly confidences: Float32Array
  readonly outgoing: CompressedRows
  readonly incoming: CompressedRows
}

const confidence = { sameFile: 1, imported: 0.9, onlyOne: 0.7, oneOfSeveral: 0.5 } as const
/** A name defined in more places than this leads nowhere when nothing else tells which is meant. */
const mostMeanings = 6

/** Builds the graph of a tree: imports between files; calls, inheritance and mentions between definitions. */
export function buildGraph(symbols: SymbolTable, paths: readonly (string | undefined)[]): CodeGraph {
  const edges = new EdgeList()
  const imported = addImports(symbols, paths, edges)
  addReferences(symbols, paths.length, imported, edges)
  const { from, to, kinds, confidences } = edges.columns()
  const nodes = paths.length + symbols.columns.definitionNames.length
  return { files: paths.length, nodes, from, to, kinds, confidences, outgoing: groupByKey(from, nodes), incoming: groupByKey(to, nodes) }
}

/** Confidence is kept in parts of this many. */
const confidenceParts = 1000

class EdgeList {
  readonly #edges = new GrowingColumns(4)

  add(from: number, to: number, kind: EdgeKind, sure: number): void {
    if (from !== to) this.#edges.add(from, to, edgeKinds.indexOf(kind), Math.round(sure * confidenceParts))
  }

  columns() {
    const [from, to, kinds, sure] = [0, 1, 2, 3].map((column) => this.#edges.column(column))
    const none = new Uint32Array()
    return {
      from: from ?? none,
      to: to ?? none,
      kinds: Uint8Array.from(kinds ?? none),
      confidences: Float32Array.from(sure ?? none, (parts) => parts / confidenceParts),
    }
  }
}

/** For each file, the files it imports. */
function addImports(
  symbols: SymbolTable,
  paths: readonly (string | undefined)[],
  edges: EdgeList,
): ReadonlyMap<number, ReadonlySet<number>> {
  const resolver = new ImportResolver(paths.flatMap((path, file) => (path === undefined ? [] : [[path, file] as const])))
  const imported = new Map<number, Set<number>>()
  for (const { file, specifier } of symbols.imports) {
    const known = imported.get(file) ?? new Set()
    imported.set(file, known)
    for (const target of resolver.resolve(paths[file] ?? '', specifier)) {
      if (known.has(target.file)) continue
      known.add(target.file)
      edges.add(file, target.file, 'import', target.confidence)
    }
  }
  return imported
}

/** One edge for all uses of a name within one definition: how often it is used there says little more. */
function addReferences(symbols: SymbolTable, files: number, imported: ReadonlyMap<number, ReadonlySet<number>>, edges: EdgeList): void {
  const { referenceNames, referenceFiles, referenceLines, referenceKinds } = symbols.columns
  const enclosing = enclosingDefinitions(symbols)
  const perOwner = symbols.names.size * edgeKinds.length
  let seen = new Set<number>()
  for (let row = 0, last = -1; row < referenceNames.length; row += 1) {
    const file = referenceFiles[row] ?? 0
    if (file !== last) seen = new Set()
    last = file
    const line = referenceLines[row] ?? 0
    const owner = enclosing(file, line)
    const use = (owner + 1) * perOwner + (referenceNames[row] ?? 0) * edgeKinds.length + (referenceKinds[row] ?? 0)
    if (seen.has(use)) continue
    seen.add(use)
    const { name, kind } = symbols.reference(row)
    for (const { definition, sure } of meanings(symbols, name, file, line, imported.get(file))) {
      edges.add(owner < 0 ? file : files + owner, files + definition, edgeKindOf(kind), sure)
    }
  }
}

/** The definitions a name may mean where it is used: those of the file, else those imported, else those of its name. */
function meanings(symbols: SymbolTable, name: number, file: number, line: number, imported: ReadonlySet<number> | undefined) {
  const { definitionFiles, definitionStarts } = symbols.columns
  const all = symbols.definitionsOf(name)
  const found: { readonly definition: number; readonly sure: number }[] = []
  for (const definition of all) {
    if (definitionFiles[definition] !== file) continue
    if (definitionStarts[definition] === line) return [] // the name in its own definition
    found.push({ definition, sure: confidence.sameFile })
  }
  if (found.length > 0) return found
  for (const definition of all) if (imported?.has(definitionFiles[definition] ?? -1)) found.push({ definition, sure: confidence.imported })
  if (found.length > 0 || all.length > mostMeanings) return found
  const sure = all.length === 1 ? confidence.onlyOne : confidence.oneOfSeveral / all.length
  return Array.from(all, (definition) => ({ definition, sure }))
}

/** Row of the innermost definition around a line, or -1; to be asked in the order of files and lines. */
function enclosingDefinitions({ columns }: SymbolTable): (file: number, line: number) => number {
  const { definitionFiles, definitionStarts, definitionEnds } = columns
  const byFile = groupByKey(definitionFiles, (definitionFiles.reduce((most, file) => Math.max(most, file), 0) || 0) + 1)
  let at = -1
  let own: Uint32Array = definitionFiles.subarray(0, 0)
  let next = 0
  let open: number[] = []
  return (file, line) => {
    if (file !== at) {
      at = file
      own = itemsOf(byFile, file)
      next = 0
      open = []
    }
    for (; next < own.length && (definitionStarts[own[next] ?? 0] ?? 0) <= line; next += 1) open.push(own[next] ?? 0)
    while (open.length > 0 && (definitionEnds[open.at(-1) ?? 0] ?? 0) < line) open.pop()
    return open.at(-1) ?? -1
  }
}

function edgeKindOf(kind: ReferenceKind): EdgeKind {
  return kind === 'mention' ? 'reference' : kind
}
