import type { ReferenceKind } from '../extract/file-facts.ts'
import { groupByKey, itemsOf } from './compressed-rows.ts'
import type { CompressedRows } from './compressed-rows.ts'
import { GrowingColumn } from '../lexical/growing-column.ts'
import { type GraphFile, importTargets, type TakenFile } from './import-targets.ts'
import { familyOf } from './language-family.ts'
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

const confidence = { sameFile: 1, importedByName: 0.95, imported: 0.9, onlyOne: 0.7, oneOfSeveral: 0.5 } as const
/** A name defined in more places than this leads nowhere when nothing else tells which is meant. */
const mostMeanings = 6

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
  const imported = importTargets(symbols, files, read)
  for (const [file, targets] of imported) for (const [target, { confidence: sure }] of targets) edges.add(file, target, 'import', sure)
  addReferences(symbols, files, imported, edges)
  const { from, to, kinds, confidences } = edges.columns()
  const nodes = files.length + symbols.columns.definitionNames.length
  return { files: files.length, nodes, from, to, kinds, confidences, outgoing: groupByKey(from, nodes), incoming: groupByKey(to, nodes) }
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
    return {
      from: this.#from.take(),
      to: this.#to.take(),
      kinds: Uint8Array.from(this.#kinds.take()),
      confidences: Float32Array.from(this.#sure.take(), (parts) => parts / confidenceParts),
    }
  }
}

/** One edge for all uses of a name within one definition: how often it is used there says little more. */
function addReferences(
  symbols: SymbolTable,
  files: readonly (GraphFile | undefined)[],
  imported: ReadonlyMap<number, ReadonlyMap<number, TakenFile>>,
  edges: EdgeList,
): void {
  const families = files.map((file) => familyOf(file?.language ?? null))
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
    for (const { definition, sure } of meanings({ symbols, families, imported: imported.get(file) }, name, file, line)) {
      edges.add(owner < 0 ? file : files.length + owner, files.length + definition, edgeKindOf(kind), sure)
    }
  }
}

interface Surroundings {
  readonly symbols: SymbolTable
  /** Of each file. */
  readonly families: readonly string[]
  /** What the file that uses the name imports. */
  readonly imported: ReadonlyMap<number, TakenFile> | undefined
}

/** The definitions a name may mean where it is used: those of the file, else those imported, else those of its name in the same family of languages. */
function meanings({ symbols, families, imported }: Surroundings, name: number, file: number, line: number): readonly Meaning[] {
  const { definitionFiles, definitionStarts } = symbols.columns
  const all = symbols.definitionsOf(name)
  const found: Meaning[] = []
  for (const definition of all) {
    if (definitionFiles[definition] !== file) continue
    if (definitionStarts[definition] === line) return [] // the name in its own definition
    found.push({ definition, sure: confidence.sameFile })
  }
  if (found.length > 0) return found
  const text = imported === undefined ? '' : symbols.names.textOf(name)
  for (const definition of all) {
    const taken = imported?.get(definitionFiles[definition] ?? -1)
    if (taken) found.push({ definition, sure: taken.names.has(text) ? confidence.importedByName : confidence.imported })
  }
  if (found.length > 0) return found
  const related = [...all].filter((definition) => families[definitionFiles[definition] ?? -1] === families[file])
  if (related.length > mostMeanings) return []
  const sure = related.length === 1 ? confidence.onlyOne : confidence.oneOfSeveral / related.length
  return related.map((definition) => ({ definition, sure }))
}

interface Meaning {
  readonly definition: number
  readonly sure: number
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
