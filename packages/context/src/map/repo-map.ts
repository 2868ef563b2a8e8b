import { estimateTokens } from '@codeforge/domain/tokens'
import type { Definition } from '../extract/file-facts.ts'
import type { CodeGraph } from '../graph/code-graph.ts'
import { kindShares } from '../rank/fuse.ts'
import type { CodeModel } from '../search/code-model.ts'
import type { MapFocus, RankedSymbols } from './rank-symbols.ts'
import { rankSymbols } from './rank-symbols.ts'
import type { MapFile } from './render-map.ts'
import { renderDefinition, renderMap } from './render-map.ts'

export interface RepoMap {
  readonly text: string
  readonly tokens: number
  /** Paths in the map, most important first. */
  readonly files: readonly { readonly path: string; readonly score: number; readonly symbols: number }[]
  /** Files and symbols of the tree that found no room. */
  readonly filesLeftOut: number
  readonly symbolsLeftOut: number
  readonly languages: readonly string[]
}

/** Candidates looked at; a map of 50,000 tokens shows fewer. */
const mostCandidates = 8000

/** Renders the most important definitions of a tree within a budget of tokens (never above, and close below where there is enough) [COD-01]. */
export function buildRepoMap(model: CodeModel, graph: CodeGraph, focus: MapFocus, tokens: number): RepoMap {
  const ranks = rankSymbols(model, graph, focus)
  const chosen = choose(model, candidatesOf(model, ranks), tokens)
  const order = [...chosen.keys()].sort(
    (one, other) => (ranks.byFile[other] ?? 0) - (ranks.byFile[one] ?? 0) || (pathOf(model, one) < pathOf(model, other) ? -1 : 1),
  )
  const files = order.map((file): MapFile => ({
    path: pathOf(model, file),
    definitions: [...(chosen.get(file) ?? [])].sort((one, other) => one.startLine - other.startLine),
  }))
  const text = renderMap(files)
  const shown = files.reduce((sum, { definitions }) => sum + definitions.length, 0)
  return {
    text,
    tokens: estimateTokens(text),
    files: order.map((file, at) => ({
      path: pathOf(model, file),
      score: ranks.byFile[file] ?? 0,
      symbols: files[at]?.definitions.length ?? 0,
    })),
    filesLeftOut: model.tree.files.length - files.length,
    symbolsLeftOut: model.symbols.columns.definitionNames.length - shown,
    languages: [...new Set(order.flatMap((file) => model.files[file]?.language ?? []))].sort(),
  }
}

interface Candidate {
  readonly file: number
  /** Row of the definition. */
  readonly row: number
  readonly value: number
}

/** Definitions by their own rank and that of their file, highest first. */
function candidatesOf({ symbols, files }: CodeModel, { byFile, byDefinition }: RankedSymbols): readonly Candidate[] {
  const { definitionFiles } = symbols.columns
  const candidates = Array.from(byDefinition, (rank, row): Candidate => {
    const file = definitionFiles[row] ?? 0
    const kind = files[file]?.kind ?? 'source'
    return { file, row, value: kindShares[kind] * (rank + 0.05 * (byFile[file] ?? 0)) }
  })
  return candidates
    .filter(({ value }) => value > 0)
    .sort((one, other) => other.value - one.value || one.row - other.row)
    .slice(0, mostCandidates)
}

/** Takes candidates in turn while they fit; small ones fill what larger ones leave. */
function choose(model: CodeModel, candidates: readonly Candidate[], tokens: number): ReadonlyMap<number, readonly Definition[]> {
  const chosen = new Map<number, Definition[]>()
  const facts = new Map<number, readonly Definition[]>()
  let left = tokens
  for (const { file, row } of candidates) {
    if (left < 4) break
    const definition = definitionAt(model, facts, file, row)
    if (definition === undefined) continue
    const known = chosen.get(file)
    if (known?.some(({ startLine, name }) => startLine === definition.startLine && name === definition.name) === true) continue
    const cost = estimateTokens(renderDefinition(definition)) + (known ? 0 : estimateTokens(`${pathOf(model, file)}\n`))
    if (cost > left) continue
    left -= cost
    if (known) known.push(definition)
    else chosen.set(file, [definition])
  }
  return chosen
}

function definitionAt(model: CodeModel, facts: Map<number, readonly Definition[]>, file: number, row: number): Definition | undefined {
  const indexed = model.files[file]
  if (indexed === undefined) return undefined
  const known = facts.get(file) ?? model.tree.facts(indexed).definitions
  facts.set(file, known)
  const { startLine, name } = model.symbols.definition(row)
  const text = model.symbols.names.textOf(name)
  return (
    known.find((definition) => definition.startLine === startLine && definition.name === text) ??
    known.find((definition) => definition.startLine === startLine)
  )
}

function pathOf({ files }: CodeModel, file: number): string {
  return files[file]?.path ?? ''
}
