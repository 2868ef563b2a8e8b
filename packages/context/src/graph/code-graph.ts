import { definitionKinds, referenceKinds } from '../extract/file-facts.ts'
import { groupByKey, itemsOf } from './compressed-rows.ts'
import type { CompressedRows } from './compressed-rows.ts'
import { GrowingColumn } from '../lexical/growing-column.ts'
import { type GraphFile, type ImportLinks, importLinks } from './import-targets.ts'
import { Meanings } from './meanings.ts'
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

/**
 * Builds the graph of a tree: imports between files; calls, inheritance and mentions between definitions. Files are in
 * the order of their numbers; `read` gives the texts of package manifests.
 */
export function buildGraph(
  symbols: SymbolTable,
  files: readonly (GraphFile | undefined)[],
  read: (path: string) => string | undefined,
): CodeGraph {
  const edges = new EdgeList()
  const links = importLinks(symbols, files, read)
  for (const [file, targets] of links.taken)
    for (const [target, { confidence: sure, unnamed }] of targets) if (unnamed !== true) edges.add(file, target, 'import', sure)
  addReferences(symbols, files, links, edges)
  return graphOfEdges(files.length, files.length + symbols.columns.definitionNames.length, edges.columns())
}

/** The graph of so many files and nodes that has these edges. */
export function graphOfEdges(files: number, nodes: number, columns: Pick<CodeGraph, 'from' | 'to' | 'kinds' | 'confidences'>): CodeGraph {
  let outgoing: CompressedRows | undefined
  let incoming: CompressedRows | undefined
  return {
    files,
    nodes,
    ...columns,
    // Made when they are first asked for: a map needs neither.
    get outgoing() {
      return (outgoing ??= groupByKey(columns.from, nodes))
    },
    get incoming() {
      return (incoming ??= groupByKey(columns.to, nodes))
    },
  }
}

/** Confidence is kept in parts of this many. */
const confidenceParts = 1000

class EdgeList {
  readonly #from = new GrowingColumn()
  readonly #to = new GrowingColumn()
  readonly #kinds = new GrowingColumn()
  readonly #sure = new GrowingColumn()

  add(from: number, to: number, kind: EdgeKind, sure: number): void {
    if (from === to) return
    this.#from.push(from)
    this.#to.push(to)
    this.#kinds.push(edgeKinds.indexOf(kind))
    this.#sure.push(Math.round(sure * confidenceParts))
  }

  columns() {
    const confidences = new Float32Array(this.#sure.take())
    for (let edge = 0; edge < confidences.length; edge += 1) confidences[edge] = (confidences[edge] as number) / confidenceParts
    return { from: this.#from.take(), to: this.#to.take(), kinds: new Uint8Array(this.#kinds.take()), confidences }
  }
}

/** One edge for all uses of a name within one definition: how often it is used there says little more. */
function addReferences(symbols: SymbolTable, files: readonly (GraphFile | undefined)[], links: ImportLinks, edges: EdgeList): void {
  const { referenceNames, referenceFiles, referenceLines, referenceKinds: kinds } = symbols.columns
  const enclosing = enclosingDefinitions(symbols)
  const perOwner = symbols.names.size * edgeKinds.length
  let seen = new Set<number>()
  const meanings = new Meanings(symbols, files, links)
  for (let row = 0, last = -1; row < referenceNames.length; row += 1) {
    const file = referenceFiles[row] as number
    if (file !== last) {
      seen = new Set()
      meanings.enter(file)
    }
    last = file
    const line = referenceLines[row] as number
    const name = referenceNames[row] as number
    const kind = kinds[row] as number
    const owner =
      kind === inherit ? (typeOfImplementation(symbols, files, row) ?? enclosing.type(file, line)) : enclosing.innermost(file, line)
    // Counted within the file, so that the numbers stay small: sets of large ones are several times slower.
    const use = (owner < 0 ? 0 : owner - enclosing.first(file) + 1) * perOwner + name * edgeKinds.length + kind
    if (seen.has(use)) continue
    seen.add(use)
    for (const { definition, sure } of meanings.of(name, line))
      edges.add(owner < 0 ? file : files.length + owner, files.length + definition, edgeKindOf(kind), sure)
  }
}

const inherit = referenceKinds.indexOf('inherit')
const typeKinds: ReadonlySet<number> = new Set(
  (['class', 'interface', 'enum', 'type', 'module'] as const).map((kind) => definitionKinds.indexOf(kind)),
)

/** Row of the type that a base named by `impl Base for Type` is a base of, where its own file defines it; undefined elsewhere than in Rust. */
function typeOfImplementation(
  { columns, definitionsOf }: SymbolTable,
  files: readonly (GraphFile | undefined)[],
  row: number,
): number | undefined {
  const { referenceFiles, referenceLines, referenceNames, referenceKinds: kinds, definitionFiles, definitionKinds: defined } = columns
  const [file, line] = [referenceFiles[row] as number, referenceLines[row] as number]
  if (files[file]?.language !== 'rust') return undefined
  let found: number | undefined
  for (let at = row + 1; referenceFiles[at] === file && referenceLines[at] === line; at += 1) {
    if (kinds[at] === inherit) continue
    found =
      definitionsOf(referenceNames[at] as number).find((one) => definitionFiles[one] === file && typeKinds.has(defined[one] as number)) ??
      found
  }
  return found
}

interface Enclosing {
  /** The first definition of a file that was asked for last. */
  first(file: number): number
  innermost(file: number, line: number): number
  /** Of the types alone: the one that begins on the line, else the innermost; whatever is innermost where there is none. */
  type(file: number, line: number): number
}

/** Rows of the definitions around a line, or -1; to be asked in the order of files and lines. */
function enclosingDefinitions({ columns }: SymbolTable): Enclosing {
  const { definitionFiles, definitionStarts, definitionEnds, definitionKinds: kinds } = columns
  const byFile = groupByKey(definitionFiles, (definitionFiles.reduce((most, file) => Math.max(most, file), 0) || 0) + 1)
  let at = -1
  let own: Uint32Array = definitionFiles.subarray(0, 0)
  let next = 0
  let open: number[] = []
  const isType = (row: number): boolean => typeKinds.has(kinds[row] as number)
  const innermost = (file: number, line: number): number => {
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
  return {
    first: () => own[0] ?? 0,
    innermost,
    type: (file, line) => {
      const last = innermost(file, line)
      return open.find((row) => definitionStarts[row] === line && isType(row)) ?? open.findLast(isType) ?? last
    },
  }
}

/** By the place of a kind of reference in `referenceKinds`. */
function edgeKindOf(kind: number): EdgeKind {
  const reference = referenceKinds[kind] ?? 'mention'
  return reference === 'mention' ? 'reference' : reference
}
