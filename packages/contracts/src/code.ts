import { z } from 'zod'
import { Text } from './blob.ts'
import { DeepAgent, DeepOutcome } from './deep-search.ts'
import { ProjectId } from './ids.ts'
import { RepositorySource } from './run-work.ts'
import { GraphColumns } from './stored-graph.ts'

/** Characters of a query or task. */
const question = z.string().trim().min(1).max(20_000)
const symbolName = z.string().min(1).max(500)
const top = z.int().min(1).max(200)
const path = z.string()
/** From 1. */
const line = z.int().min(1)

export const SearchCode = z.strictObject({
  query: question,
  /** Most hits. Default: `retrieval.topK` [CFG-03]. */
  top: top.optional(),
  /** Distinct files, each with its best place, in place of all good places. */
  files: z.boolean().default(false),
  /** Only below this directory. */
  under: z.string().max(4096).optional(),
})
export type SearchCode = z.output<typeof SearchCode>

/** A search that a model helps [COD-07]. */
export const DeepSearchCode = z.strictObject({ query: question, top: top.optional(), under: z.string().max(4096).optional() })
export type DeepSearchCode = z.output<typeof DeepSearchCode>

/** Places whose lines are wanted. */
export const ExcerptCode = z.strictObject({ places: z.array(z.strictObject({ path: path.max(4096), startLine: line, endLine: line })).max(200) })
export type ExcerptCode = z.output<typeof ExcerptCode>

export const MapCode = z.strictObject({ tokens: z.int().min(50).max(50_000).default(2000), focus: question.optional() })
export type MapCode = z.output<typeof MapCode>

export const RelateCode = z.strictObject({
  /** Name of a symbol, or path of a file. */
  symbolOrPath: symbolName,
  /** Default: `retrieval.graphMaxHops` and `retrieval.graphTopK` [CFG-02]. */
  hops: z.int().min(1).max(3).optional(),
  top: top.optional(),
})
export type RelateCode = z.output<typeof RelateCode>

/** The files of a repository and what connects them. */
export const GraphCode = z.strictObject({ top: z.int().min(1).max(5000).default(500), focus: question.optional() })
export type GraphCode = z.output<typeof GraphCode>

export const PackCode = z.strictObject({
  task: question,
  tokens: z.int().min(200).max(200_000).default(8000),
  /** Whose tokenizer counts; without it tokens are estimated. */
  model: z.string().max(200).optional(),
})
export type PackCode = z.output<typeof PackCode>

/** What may be asked of a repository. `kind` says how the answer reads. */
export const CodeRequest = z.discriminatedUnion('kind', [
  /** Brings the index up to date, exact symbols included. */
  z.strictObject({ kind: z.literal('index') }),
  /** How well the repository is known; nothing of it is looked at anew. */
  z.strictObject({ kind: z.literal('status') }),
  SearchCode.extend({ kind: z.literal('search') }),
  /** `agent` comes from core, with the money. */
  DeepSearchCode.extend({ kind: z.literal('deep-search'), top, agent: DeepAgent }),
  /** The lines of places, for a person or a model that judges them; empty where a file may not be shown. */
  ExcerptCode.extend({ kind: z.literal('excerpts') }),
  MapCode.extend({ kind: z.literal('map') }),
  z.strictObject({ kind: z.literal('symbol'), name: symbolName }),
  z.strictObject({ kind: z.literal('references'), name: symbolName }),
  RelateCode.extend({ kind: z.literal('related') }),
  GraphCode.extend({ kind: z.literal('graph') }),
  /** The whole graph, to be stored. */
  z.strictObject({ kind: z.literal('extract-graph') }),
  z.strictObject({ kind: z.literal('predict'), task: question, top: top.default(20) }),
  PackCode.extend({ kind: z.literal('pack') }),
])
export type CodeRequest = z.output<typeof CodeRequest>
export type CodeKind = CodeRequest['kind']

/** A place that answers a query [COD-13]. */
export const CodeHit = z.object({
  path, startLine: line, endLine: line,
  symbol: z.string().nullable(),
  language: z.string().nullable(),
  /** Comparable within one answer only. */
  score: z.number(),
  why: z.array(z.object({ signal: z.string(), text: z.string(), share: z.number() })),
})
export type CodeHit = z.output<typeof CodeHit>

export const DeepSearched = DeepOutcome.extend({ hits: z.array(CodeHit) })
export type DeepSearched = z.output<typeof DeepSearched>

export const CodeMap = z.object({
  text: z.string(),
  tokens: z.int(),
  files: z.array(z.object({ path, score: z.number(), symbols: z.int() })),
  filesLeftOut: z.int(),
  symbolsLeftOut: z.int(),
  languages: z.array(z.string()),
})
export type CodeMap = z.output<typeof CodeMap>

export const SymbolPlace = z.object({ name: z.string(), kind: z.string(), path, startLine: line, endLine: line, signature: z.string() })
export type SymbolPlace = z.output<typeof SymbolPlace>

export const ReferencePlace = z.object({ path, line, kind: z.string(), within: z.string().nullable() })
export type ReferencePlace = z.output<typeof ReferencePlace>

export const GraphPlace = z.object({ path, symbol: z.string().nullable(), line: z.int().min(0) })
export type GraphPlace = z.output<typeof GraphPlace>

export const RelatedPlace = GraphPlace.extend({
  score: z.number(),
  /** The way there, as explanation [COD-10]. */
  way: z.array(z.object({ from: GraphPlace, to: GraphPlace, kind: z.string() })),
})
export type RelatedPlace = z.output<typeof RelatedPlace>

/** Places in `files` are what edges speak of. */
export const FileGraph = z.object({
  files: z.array(z.object({ path, rank: z.number(), language: z.string().nullable(), symbols: z.int() })),
  edges: z.array(z.object({ from: z.int(), to: z.int(), weight: z.number(), kind: z.enum(['import', 'call', 'inherit', 'reference']) })),
  leftOut: z.int(),
})
export type FileGraph = z.output<typeof FileGraph>

export const FilePrediction = z.object({ path, probability: z.number().min(0).max(1) })
export type FilePrediction = z.output<typeof FilePrediction>

export const PackedEntry = z.object({
  kind: z.string(), source: z.string(), reason: z.string(), provenance: z.string().optional(), priority: z.number().optional(), tokens: z.int(), text: z.string(),
})
export const CodePack = z.object({
  entries: z.array(PackedEntry),
  tokens: z.int(),
  note: z.string(),
  text: z.string(),
  /** What the task was taken to be about, most telling first [COD-11]; none where the tree was listed and not searched. */
  keywords: z.array(z.object({ text: z.string(), score: z.number().min(0).max(1) })).optional(),
})
export type CodePack = z.output<typeof CodePack>

/** How well a repository is searched by meaning, and whether an answer was. */
export const SemanticStatus = z.object({
  /** Null: no embeddings are configured, and nothing is sent. */
  model: z.string().nullable(),
  /** Chunks that may be sent, and those that have a vector. */
  chunks: z.int(),
  embedded: z.int(),
  /** Sent today from the worker's data directory, and what may be; null where nobody could say. */
  use: z.object({ tokens: z.number(), mostTokens: z.number(), microUsd: z.number(), mostMicroUsd: z.number() }).nullable(),
  /** What went wrong last. */
  trouble: z.string().nullable(),
  /** Whether this answer was ranked by meaning as well. */
  used: z.boolean(),
  /** The same in a sentence. */
  text: z.string(),
})
export type SemanticStatus = z.output<typeof SemanticStatus>

/** How well a repository is known when a question is answered. */
export const CodeStatus = z.object({
  /** Of the tree that was asked. */
  version: z.string(),
  files: z.int(),
  chunks: z.int(),
  definitions: z.int(),
  commits: z.int(),
  /** False while symbols come from the quick scan only. */
  exact: z.boolean(),
  milliseconds: z.number(),
  skipped: z.int(),
  storeBytes: z.number(),
  /** Absent in events of older versions. */
  semantic: SemanticStatus.optional(),
})
export type CodeStatus = z.output<typeof CodeStatus>

/** A question to a worker: where the repository lies, and what is asked. */
export const CodeQuestion = z.strictObject({
  projectId: ProjectId,
  source: RepositorySource,
  request: CodeRequest,
  /**
   * Names commit and files of the repository, where whoever asks knows that nobody changes them until there is an answer. What was asked about
   * the same name is not looked at again, wherever it lay.
   */
  snapshot: z.string().min(1).max(200).optional(),
})
export type CodeQuestion = z.output<typeof CodeQuestion>

/** A worker's answer: the result as JSON by value, or by address where it is large. */
export const CodeReply = z.strictObject({ status: CodeStatus, result: Text })
export type CodeReply = z.output<typeof CodeReply>

/** How the result of each kind of question reads. */
export const codeResults = {
  index: z.null(),
  status: z.null(),
  search: z.array(CodeHit),
  'deep-search': DeepSearched,
  excerpts: z.array(z.string()),
  map: CodeMap,
  symbol: z.array(SymbolPlace),
  references: z.array(ReferencePlace),
  related: z.array(RelatedPlace),
  graph: FileGraph,
  'extract-graph': GraphColumns,
  predict: z.array(FilePrediction),
  pack: CodePack,
} as const satisfies Record<CodeKind, z.ZodType>

/** How far the index of a project is. `unknown`: nobody asked since core started; questions are answered all the same. */
export const CodeIndexState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('unknown') }),
  z.strictObject({ state: z.literal('building'), at: z.iso.datetime() }),
  z.strictObject({ state: z.literal('ready'), status: CodeStatus, at: z.iso.datetime() }),
  z.strictObject({ state: z.literal('failed'), code: z.string(), message: z.string(), at: z.iso.datetime() }),
])
export type CodeIndexState = z.output<typeof CodeIndexState>
