import type { CodeGraph } from '../graph/code-graph.ts'
import { pageRank } from '../graph/page-rank.ts'
import { kindShares } from '../rank/fuse.ts'
import type { FileKind } from '../repository/source-file.ts'
import type { CodeModel } from '../search/code-model.ts'

/** What a map is about. All of it is optional; without it the whole tree counts alike. */
export interface MapFocus {
  /** How much each file has to do with the task, by its number. */
  readonly files?: ReadonlyMap<number, number>
  /** Rows of definitions that the task mentions. */
  readonly definitions?: readonly number[]
}

export interface RankedSymbols {
  readonly byFile: Float64Array
  readonly byDefinition: Float64Array
}

/** Libraries that a tree carries along are searched as its own, but a map is about what is its own. */
const carried = /(?:^|\/)deps\//
const carriedShare = 0.25

/** How much of its rank a file keeps by what it is. */
export function shareOf({ path, kind }: { readonly path: string; readonly kind: FileKind }): number {
  return kindShares[kind] * (carried.test(path) ? carriedShare : 1)
}

/** The part of a walk that begins where the focus is; the rest begins anywhere. */
const focusShare = 0.7

/** Ranks files and definitions by where walks over the graph that begin at the focus come by. */
export function rankSymbols(model: CodeModel, graph: CodeGraph, focus: MapFocus): RankedSymbols {
  const rank = pageRank(graph, preferenceOf(model, graph, focus))
  const { definitionFiles } = model.symbols.columns
  const byDefinition = rank.slice(graph.files)
  const byFile = rank.slice(0, graph.files)
  byDefinition.forEach((value, row) => {
    const file = definitionFiles[row] ?? 0
    byFile[file] = (byFile[file] ?? 0) + value
  })
  return { byFile, byDefinition }
}

function preferenceOf({ files, fileOf }: CodeModel, graph: CodeGraph, focus: MapFocus): Float64Array {
  const preference = new Float64Array(graph.nodes)
  const hasFocus = (focus.files?.size ?? 0) + (focus.definitions?.length ?? 0) > 0
  const live = files.map((one, file) => (fileOf(one.path) === file ? shareOf(one) : 0))
  const everywhere = live.reduce((sum, share) => sum + share, 0)
  live.forEach((share, file) => (preference[file] = (share / Math.max(1, everywhere)) * (hasFocus ? 1 - focusShare : 1)))
  const wanted = [...(focus.files ?? [])].map(([file, weight]) => [file, weight] as const)
  for (const row of focus.definitions ?? []) wanted.push([graph.files + row, 1])
  const whole = wanted.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [node, weight] of wanted) preference[node] = (preference[node] ?? 0) + (focusShare * weight) / Math.max(1e-9, whole)
  return preference
}
