import type { DefinitionKind, ReferenceKind } from '../extract/file-facts.ts'
import type { EdgeKind } from '../graph/code-graph.ts'
import type { ExpandOptions } from '../graph/expand.ts'
import type { GraphColumns } from '@codeforge/contracts/stored-graph'
import type { IndexProgress, IndexReport } from '../indexer/indexed-tree.ts'
import type { FileGraph } from '../map/file-graph.ts'
import type { RepoMap } from '../map/repo-map.ts'
import type { ContextPack, PackCandidate } from '../pack/context-pack.ts'
import type { SemanticStatus } from '../semantic/semantic-status.ts'
import type { SearchHit, SearchOptions } from './search-hit.ts'

/** What is searched, and how well it is known. */
export interface SearchStatus {
  readonly version: string
  readonly files: number
  readonly chunks: number
  readonly definitions: number
  readonly commits: number
  /** False while symbols come from the quick scan only. */
  readonly exact: boolean
  /** Where the searchable text came from: built now, adapted from what was kept, or as it was kept. */
  readonly from: 'built' | 'adapted' | 'kept'
  readonly milliseconds: number
  readonly report: IndexReport
}

/** A definition of a name; lines from 1, both included. */
export interface SymbolPlace {
  readonly name: string
  readonly kind: DefinitionKind
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  /** Its head on one line; empty where it is unknown. */
  readonly signature: string
}

export interface ReferencePlace {
  readonly path: string
  readonly line: number
  readonly kind: ReferenceKind
  /** The definition it stands in, or null. */
  readonly within: string | null
}

/** A node of the graph for people: a file, or a definition in it. */
export interface GraphPlace {
  readonly path: string
  readonly symbol: string | null
  readonly line: number
}

/** Something near the symbols asked for, with the way there as explanation [COD-10]. */
export interface RelatedPlace extends GraphPlace {
  readonly score: number
  readonly way: readonly { readonly from: GraphPlace; readonly to: GraphPlace; readonly kind: EdgeKind }[]
}

export interface MapOptions {
  /** Most tokens. */
  readonly tokens: number
  /** A task in words, which the map leans to. */
  readonly focus?: string
  /** Paths that are in the context already. */
  readonly paths?: readonly string[]
}

export interface SearchPackRequest {
  readonly task: string
  /** Most tokens of the whole pack. */
  readonly tokens: number
  /** Name of the model, for its tokenizer; without it tokens are estimated. */
  readonly model?: string
  /** Entries of the caller's: memory, skills, what others share. They take a quarter of the budget at most. */
  readonly extra?: readonly PackCandidate[]
}

export interface FileGraphOptions {
  /** Most files. */
  readonly top: number
  /** A task in words, which the choice of files leans to. */
  readonly focus?: string
}

/** A file that a task will probably touch. */
export interface FilePrediction {
  readonly path: string
  /** From 0 to 1, calibrated on past changes of other repositories. */
  readonly probability: number
}

/** Hits, and what answered. */
export interface Found {
  readonly hits: readonly SearchHit[]
  readonly semantic: SemanticStatus
}

/** Code intelligence over one tree. Answers come from the tree as the last `refresh` saw it, without waiting. */
export interface CodeSearch extends Disposable {
  /** Brings everything up to date with the tree and its history. Must be called once before anything is asked. */
  refresh(signal: AbortSignal, onProgress?: (progress: IndexProgress) => void): Promise<SearchStatus>
  /** Makes symbols exact where they are known from the quick scan only. */
  complete(signal: AbortSignal, onProgress?: (progress: IndexProgress) => void): Promise<SearchStatus>
  /** The very files that `refresh` saw lie here as well: their texts are read here from now on, and it is not refreshed again. Throws where there is no directory. */
  readFrom(directory: string): void
  /** By words, names, graph and history; nothing is sent anywhere. */
  search(query: string, options?: SearchOptions): readonly SearchHit[]
  /** The same by meaning as well, where embeddings are configured and answer. Their failure costs their share of the ranking, never the answer. */
  find(query: string, options: SearchOptions, signal: AbortSignal): Promise<Found>
  /** Embeds what has no vector yet, as far as the day's limit and the endpoint allow; says how far that came. */
  embed(signal: AbortSignal, onProgress?: (status: SemanticStatus) => void): Promise<SemanticStatus>
  /** How far that was when the tree was last looked at for it. */
  semantic(): SemanticStatus
  /** How far it is for the tree as it was last read. */
  semanticNow(signal: AbortSignal): Promise<SemanticStatus>
  /** The lines of places, for a model to judge; empty for files that are not known, and for those of protected names. */
  excerpts(places: readonly Pick<SearchHit, 'path' | 'startLine' | 'endLine'>[]): readonly string[]
  map(options: MapOptions): RepoMap
  /** The most important files and what connects them, for a picture. */
  fileGraph(options: FileGraphOptions): FileGraph
  /** The whole graph, to be stored, with the commit it belongs to. */
  graphColumns(signal: AbortSignal): Promise<GraphColumns>
  /** Definitions of a name; of names that hold it, shortest first, where none is exactly so. */
  symbol(name: string): readonly SymbolPlace[]
  references(name: string): readonly ReferencePlace[]
  /** What calls, uses, imports or inherits from a symbol or file, and what it does so itself. */
  related(symbolOrPath: string, options?: ExpandOptions): readonly RelatedPlace[]
  /** Chooses what a model should see of the tree for a task. A part that fails costs its entries, and the note says so. */
  pack(request: SearchPackRequest, signal: AbortSignal): Promise<ContextPack>
  predictFiles(task: string, top?: number): readonly FilePrediction[]
}
