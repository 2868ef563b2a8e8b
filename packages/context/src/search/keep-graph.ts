import type { CodeGraph } from '../graph/code-graph.ts'
import { graphOfEdges } from '../graph/code-graph.ts'
import type { RepositoryIndex } from '../indexer/indexed-tree.ts'
import type { CodeModel } from './code-model.ts'
import { exactVersion, scanVersion } from '../extract/versions.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot.ts'

const graphKey = 'search graph'
/** Raise the first number whenever the same definitions and references make another graph: what another version kept is not read. */
const graphFormat = `1.${exactVersion}.${scanVersion}`

interface KeptGraph {
  readonly format: string
  readonly version: string
  readonly files: number
  readonly nodes: number
}

/** The graph of a model that was kept for its very tree; undefined where another one was, or none. */
export function recallGraph(index: RepositoryIndex, { tree, files, symbols }: CodeModel): CodeGraph | undefined {
  if (!isWhole({ tree })) return undefined
  const bytes = index.recall(graphKey)
  const { arrays, json } = (bytes && attempt(() => decodeSnapshot(bytes))) ?? { arrays: {}, json: null }
  const kept = json as KeptGraph | null
  const nodes = files.length + symbols.columns.definitionNames.length
  if (kept?.format !== graphFormat || kept.version !== tree.version || kept.files !== files.length || kept.nodes !== nodes) return undefined
  const { from, to, kinds, confidences } = arrays
  return graphOfEdges(kept.files, nodes, {
    from: from as Uint32Array,
    to: to as Uint32Array,
    kinds: kinds as Uint8Array,
    confidences: confidences as Float32Array,
  })
}

/** Keeps the graph of a model that was built as a whole: whoever asks for a map next does not wait for it again. */
export function rememberGraph(index: RepositoryIndex, model: CodeModel, graph: CodeGraph): void {
  if (!isWhole(model) || model.files.length !== model.base.files.length) return
  const { files, nodes, from, to, kinds, confidences } = graph
  const json: KeptGraph = { format: graphFormat, version: model.tree.version, files, nodes }
  index.remember(graphKey, () => encodeSnapshot({ arrays: { from, to, kinds, confidences }, json }))
}

/** What the quick scan found is soon replaced, and not worth keeping. */
const isWhole = ({ tree }: Pick<CodeModel, 'tree'>): boolean => tree.exact

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
