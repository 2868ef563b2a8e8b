import { defaultBlockedPaths } from '@codeforge/contracts/policy-profile'
import type { EmbeddingRequest, EmbeddingReply } from '@codeforge/ports/embeddings'
import { hashedVector } from '@codeforge/ports/testing/hashed-embeddings'
import { manualClock, type ManualClock } from '@codeforge/ports/testing/manual-clock'
import { memoryVectorIndex } from '@codeforge/ports/testing/memory-vector-index'
import type { RepositoryIndex } from '../indexer/indexed-tree.ts'
import type { CodeSearch } from '../search/code-search.ts'
import { openCodeSearch } from '../search/open-code-search.ts'
import type { SemanticSettings } from '../semantic/settings.ts'
import { TreeSemantics } from '../semantic/tree-semantics.ts'
import { indexOf } from './index-of.ts'
import { treeOf } from './tree-of.ts'
import type { GivenFile } from './tree-of.ts'

/** Words that mean the same to the model of the scene; a bag of hashed words knows nothing of the kind. */
const synonyms: Readonly<Record<string, string>> = {
  evict: 'discard',
  discard: 'discard',
  expire: 'discard',
  throw: 'discard',
  away: 'discard',
}

/** Files of which one answers "throw stale answers away" by what it means only. */
export const meaningFiles: Readonly<Record<string, GivenFile>> = {
  'src/cache.ts': { text: 'export class ResponseCache {\n  evict(discard) {\n    return expire(discard)\n  }\n}\n' },
  'src/paint.ts': { text: 'export function paint(window) {\n  return window.colour\n}\n' },
  'src/read.ts': { text: 'export function read(file) {\n  return file.open().contents\n}\n' },
  'src/parse.ts': { text: 'export function parse(text) {\n  return text.split(",")\n}\n' },
  '.env': { text: 'PASSWORD=do not send this\n' },
  'src/.Env.local': { text: 'PASSWORD=nor this\n' },
  'blank.txt': { text: '\n\n----\n' },
}

export interface MeaningScene {
  readonly search: CodeSearch
  readonly clock: ManualClock
  /** Every request so far. */
  readonly requests: EmbeddingRequest[]
  /** Texts that were sent. */
  sent(): readonly string[]
}

export interface SceneOptions {
  readonly files?: Readonly<Record<string, GivenFile>>
  readonly index?: RepositoryIndex
  readonly settings?: Partial<SemanticSettings>
  /** In place of the model's own reply; undefined leaves it to the model. */
  readonly reply?: (request: EmbeddingRequest, count: number) => EmbeddingReply | Promise<EmbeddingReply> | undefined
}

const usual: SemanticSettings = {
  model: 'synonyms',
  dimensions: null,
  batchTexts: 100,
  batchBytes: 100_000,
  blocked: [...defaultBlockedPaths],
  queryMs: 200,
  mostBytes: 1_000_000,
  bm25Weight: 0.5,
  semanticWeight: 0.5,
}

/** A tree that is searched by meaning, by a model that knows a few synonyms. */
export function meaningScene({
  files = meaningFiles,
  index = indexOf(treeOf(files)),
  settings = {},
  reply,
}: SceneOptions = {}): MeaningScene {
  const requests: EmbeddingRequest[] = []
  const clock = manualClock(new Date())
  const embeddings = {
    async embed(request: EmbeddingRequest, signal: AbortSignal): Promise<EmbeddingReply> {
      signal.throwIfAborted()
      requests.push(request)
      return (await reply?.(request, requests.length)) ?? { vectors: request.texts.map(meaningOf), tokens: 1, costMicroUsd: null }
    },
    use: async () => ({ tokens: requests.length, mostTokens: 100, microUsd: 0, mostMicroUsd: 100 }),
  }
  const semantic = { ports: { embeddings, vectors: memoryVectorIndex(), clock }, settings: { ...usual, ...settings } }
  const search = openCodeSearch({ root: '/nowhere', index, commits: 0, semantics: new TreeSemantics(semantic, index, 'repository') })
  return { search, clock, requests, sent: () => requests.flatMap(({ texts }) => texts) }
}

export function meaningOf(text: string): Float32Array {
  return hashedVector(text.toLowerCase().replaceAll(/[a-z]+/g, (word) => synonyms[word] ?? word))
}
