import { estimateTokens, tokenWeight } from '@codeforge/domain/tokens'
import { type Definition, definitionKinds } from '../extract/file-facts.ts'
import { reaches } from '../extract/reach.ts'
import type { CodeGraph } from '../graph/code-graph.ts'
import { isData } from '../graph/language-family.ts'
import type { CodeModel } from '../search/code-model.ts'
import type { MapFocus, RankedSymbols } from './rank-symbols.ts'
import { rankSymbols, shareOf } from './rank-symbols.ts'
import type { MapFile } from './render-map.ts'
import { longestSignature, renderDefinition, renderMap } from './render-map.ts'

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

/** Files looked at: so many, and one for each few tokens, which no file takes less than. */
const mostFiles = 500
const tokensPerFile = 8
const constantShare = 0.1
/** Classes of style, keys and headings help to find one's way only where code says nothing. */
const dataShare = 0.1
/** What stands in a function is of that function. */
const localShare = 0.1
/** A map shows many files rather than all of one: so many definitions of a file halve what the next one is worth. */
const halving = 8
/** What a file's rank adds to each of its definitions. */
const fileShare = 0.05

/** Renders the most important definitions of a tree within a budget of tokens (never above, and close below where there is enough) [COD-01]. */
export function buildRepoMap(model: CodeModel, graph: CodeGraph, focus: MapFocus, tokens: number): RepoMap {
  const ranks = rankSymbols(model, graph, focus)
  const chosen = choose(model, candidatesOf(model, ranks, Math.max(mostFiles, tokens / tokensPerFile)), tokens)
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

/** Definitions by their own rank and that of their file, highest first; constants last, since they are many and say little. */
function candidatesOf({ symbols, files }: CodeModel, { byFile, byDefinition }: RankedSymbols, most: number): readonly Candidate[] {
  const { definitionFiles, definitionKinds: kinds, definitionReaches } = symbols.columns
  const near = nearFiles(byFile, most)
  const constant = definitionKinds.indexOf('constant')
  const local = reaches.indexOf('function')
  const candidates: Candidate[] = []
  for (let row = 0; row < byDefinition.length; row += 1) {
    const file = definitionFiles[row] ?? 0
    if (near[file] !== 1) continue
    const share =
      shareOf(files[file] ?? { path: '', kind: 'source' }) *
      (isData(files[file]?.language ?? null) ? dataShare : 1) *
      (kinds[row] === constant ? constantShare : 1) *
      (definitionReaches[row] === local ? localShare : 1)
    candidates.push({ file, row, value: share * ((byDefinition[row] ?? 0) + fileShare * (byFile[file] ?? 0)) })
  }
  return spread(candidates.filter(({ value }) => value > 0).sort(byValue)).sort(byValue)
}

const byValue = (one: Candidate, other: Candidate): number => other.value - one.value || one.row - other.row

/** Each definition of a file for less than those before it. */
function spread(candidates: readonly Candidate[]): Candidate[] {
  const taken = new Map<number, number>()
  return candidates.map((candidate) => {
    const before = taken.get(candidate.file) ?? 0
    taken.set(candidate.file, before + 1)
    return { ...candidate, value: (candidate.value * halving) / (halving + before) }
  })
}

/** 1 for the files of highest rank, which alone are looked at. */
function nearFiles(byFile: Float64Array, most: number): Uint8Array {
  const near = new Uint8Array(byFile.length)
  const ranked = [...byFile.keys()].sort((one, other) => (byFile[other] ?? 0) - (byFile[one] ?? 0) || one - other)
  for (const file of ranked.slice(0, most)) near[file] = 1
  return near
}

/** Sums in another order may differ by less than this. */
const rounding = 1e-6
/** No line of a map costs less. */
const leastCost = 2

/** Takes candidates in turn while they fit; small ones fill what larger ones leave, and one whose head is cut the rest. */
function choose(model: CodeModel, candidates: readonly Candidate[], tokens: number): ReadonlyMap<number, readonly Definition[]> {
  const chosen = new Map<number, Definition[]>()
  const facts = new Map<number, readonly Definition[]>()
  let left = tokens - rounding
  const missed: { file: number; definition: Definition }[] = []
  const take = (file: number, definition: Definition): boolean => {
    const known = chosen.get(file)
    if (known?.some(({ startLine, name }) => startLine === definition.startLine && name === definition.name) === true) return true
    const cost = tokenWeight(renderDefinition(definition)) + (known ? 0 : tokenWeight(`${pathOf(model, file)}\n`))
    if (cost > left) return false
    left -= cost
    if (known) known.push(definition)
    else chosen.set(file, [definition])
    return true
  }
  for (const { file, row } of candidates) {
    if (left < leastCost) break
    const definition = definitionAt(model, facts, file, row)
    if (definition !== undefined && !take(file, definition) && missed.length < mostMissed) missed.push({ file, definition })
  }
  if (left > tokens * mostLeft) missed.some(({ file, definition }) => shorterHeads(definition).some((shorter) => take(file, shorter)))
  return chosen
}

/** More than this part of a budget is not left while there is something to show. */
const mostLeft = 0.03
/** Candidates that are tried with a shorter head. */
const mostMissed = 50
/** Characters of a head that still say something. */
const shortestHead = 6

/** The definition with ever less of its head. */
function* shorterHeads(definition: Definition): Generator<Definition> {
  const { signature, kind, name } = definition
  const head = (signature === '' ? `${kind} ${name}` : signature).slice(0, longestSignature)
  for (let length = head.length - 1; length >= shortestHead; length -= 1)
    yield { ...definition, signature: `${head.slice(0, length).trimEnd()}…` }
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
