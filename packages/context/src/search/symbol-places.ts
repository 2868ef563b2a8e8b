import { firstOf } from '../graph/compressed-rows.ts'
import { joinPath } from '../extract/resolve/path-table.ts'
import type { CodeGraph } from '../graph/code-graph.ts'
import type { ExpandOptions } from '../graph/expand.ts'
import { expand } from '../graph/expand.ts'
import type { CodeModel } from './code-model.ts'
import type { GraphPlace, ReferencePlace, RelatedPlace, SymbolPlace } from './code-search.ts'

const mostPlaces = 200

/** Definitions of a name, or of names that hold it where none is exactly so. */
export function findSymbol(model: CodeModel, name: string): readonly SymbolPlace[] {
  const exact = [...model.symbols.definitionsOf(model.symbols.names.findText(name))]
  return (exact.length > 0 ? exact : similarDefinitions(model, name)).slice(0, mostPlaces).map((row) => symbolPlace(model, row))
}

function similarDefinitions({ symbols }: CodeModel, name: string): readonly number[] {
  const wanted = name.toLowerCase()
  const found = new Map<number, string>()
  for (const term of new Set(symbols.columns.definitionNames)) {
    const text = symbols.names.textOf(term)
    if (wanted !== '' && text.toLowerCase().includes(wanted)) found.set(term, text)
  }
  const terms = [...found].sort(([, one], [, other]) => one.length - other.length || (one < other ? -1 : 1))
  return terms.flatMap(([term]) => [...symbols.definitionsOf(term)])
}

function symbolPlace({ symbols, files, tree }: CodeModel, row: number): SymbolPlace {
  const { name, kind, file, startLine, endLine } = symbols.definition(row)
  const text = symbols.names.textOf(name)
  const indexed = files[file]
  const signature = indexed && tree.facts(indexed).definitions.find((one) => one.startLine === startLine && one.name === text)?.signature
  return { name: text, kind, path: indexed?.path ?? '', startLine, endLine, signature: signature ?? '' }
}

/** Where a name is used, also under another one that a file gives it, in the order of paths and lines. */
export function findReferences(model: CodeModel, name: string): readonly ReferencePlace[] {
  const { symbols, files } = model
  const own = [...symbols.referencesOf(symbols.names.findText(name))]
  const known = new Set(own.map((row) => placeKey(model, row)))
  const rows = [...own, ...usesUnderOtherNames(model, name).filter((row) => !known.has(placeKey(model, row)))]
  const places = rows.map((row): ReferencePlace => {
    const { file, line, kind } = symbols.reference(row)
    return { path: files[file]?.path ?? '', line, kind, within: nameAround(model, file, line) }
  })
  return places
    .sort((one, other) => (one.path === other.path ? one.line - other.line : one.path < other.path ? -1 : 1))
    .slice(0, mostPlaces)
}

const placeKey = ({ symbols: { columns } }: CodeModel, row: number): string =>
  `${columns.referenceFiles[row] ?? 0} ${columns.referenceLines[row] ?? 0}`

/** Rows of the references in files that call the name otherwise. */
function usesUnderOtherNames({ symbols }: CodeModel, name: string): readonly number[] {
  const found = new Set<number>()
  for (const { file, local } of symbols.renamings(name)) {
    const rows = symbols.referencesOf(symbols.names.findText(local))
    const { referenceFiles } = symbols.columns
    for (let at = firstOf(rows, referenceFiles, file); referenceFiles[rows[at] ?? -1] === file; at += 1) found.add(rows[at] as number)
  }
  return [...found]
}

function nameAround({ files, tree }: CodeModel, file: number, line: number): string | null {
  const indexed = files[file]
  const around =
    indexed === undefined ? [] : tree.facts(indexed).definitions.filter(({ startLine, endLine }) => startLine <= line && line <= endLine)
  return around.sort((one, other) => other.startLine - one.startLine)[0]?.name ?? null
}

/** The surroundings of a symbol or a file in the graph; nothing where neither is known. */
export function findRelated(model: CodeModel, graph: CodeGraph, symbolOrPath: string, options: ExpandOptions): readonly RelatedPlace[] {
  const file = fileAt(model, symbolOrPath)
  const rows = [...model.symbols.definitionsOf(model.symbols.names.findText(symbolOrPath))]
  const seeds = file >= 0 ? [file] : rows.map((row) => graph.files + row)
  const place = (node: number) => placeOf(model, graph, node)
  return expand(graph, new Map(seeds.map((seed) => [seed, 1])), options).map(({ node, score, way }) => ({
    ...place(node),
    score,
    way: way.map(({ from, to, kind }) => ({ from: place(from), to: place(to), kind })),
  }))
}

/** The file at a path as people write it: `src/a.ts`, `./src/a.ts`. */
function fileAt({ fileOf }: CodeModel, written: string): number {
  const known = fileOf(written)
  return known >= 0 || written.startsWith('/') ? known : fileOf(joinPath('', written) ?? '')
}

/** A node of the graph as a person reads it. */
export function placeOf({ files, symbols }: CodeModel, graph: CodeGraph, node: number): GraphPlace {
  if (node < graph.files) return { path: files[node]?.path ?? '', symbol: null, line: 1 }
  const { name, file, startLine } = symbols.definition(node - graph.files)
  return { path: files[file]?.path ?? '', symbol: symbols.names.textOf(name), line: startLine }
}
