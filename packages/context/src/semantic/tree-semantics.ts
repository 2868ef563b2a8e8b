import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { EmbeddingUse } from '@codeforge/ports/embeddings'
import type { RepositoryIndex } from '../indexer/indexed-tree.ts'
import { nearness, type Nearness } from '../rank/nearness.ts'
import type { CodeModel } from '../search/code-model.ts'
import { embedMissing } from './embed-missing.ts'
import { keptVectors, type KeptVectors } from './kept-vectors.ts'
import { QueryVectors } from './query-vectors.ts'
import { sendable } from './sendable-files.ts'
import type { SemanticStatus } from './semantic-status.ts'
import { statusText } from './semantic-status.ts'
import type { Semantic } from './settings.ts'
import { TreeVectors } from './tree-vectors.ts'

/** Milliseconds for which an endpoint that failed is left alone: searches do not wait for it again and again. */
const restMs = { query: 30_000, index: 60_000 } as const
/** Nearest chunks that are asked of the vector index; other trees of the repository share it, so that some fall out. */
const mostElsewhere = 300

/** How near the files and chunks of a tree are to a query, and how much that counts beside the words. */
export interface SemanticEvidence {
  readonly nearness: Nearness
  /** As `SignalWeights` count, before it is known how much of the tree has vectors. */
  readonly weights: { readonly bm25: number; readonly semantic: number }
  /** Share of the chunks that have a vector. */
  readonly covered: number
}

/** Search by meaning over one tree. Nothing here fails a search: what goes wrong is told in the status. */
export class TreeSemantics {
  readonly #semantic: Semantic
  readonly #kept: KeptVectors
  readonly #vectors: TreeVectors
  readonly #queries: QueryVectors
  readonly #collection: string
  readonly #rests = { query: 0, index: 0 }
  #trouble: string | null = null
  #use: EmbeddingUse | null = null
  #at: Promise<void> = Promise.resolve()
  #embedding: Promise<void> | null = null

  constructor(semantic: Semantic, index: Pick<RepositoryIndex, 'valueOf' | 'keepValues'>, repository: string) {
    const { settings } = semantic
    this.#semantic = semantic
    this.#kept = keptVectors(index, settings)
    this.#vectors = new TreeVectors({ kept: this.#kept, maySend: sendable(settings.blocked), mostBytes: settings.mostBytes })
    this.#queries = new QueryVectors(semantic)
    this.#collection = `${repository} ${settings.model} ${settings.dimensions ?? 'own'}`
  }

  /** Of an answer: whether meaning had a part in it; of the tree itself: null. */
  status(used: boolean | null): SemanticStatus {
    const { model } = this.#semantic.settings
    const known = {
      model,
      dimensions: this.#vectors.dimensions,
      ...this.#vectors.coverage(),
      use: this.#use,
      trouble: this.#trouble,
      used: used === true,
    }
    return { ...known, text: statusText({ ...known, used: used ?? (known.embedded > 0 && known.trouble === null) }) }
  }

  /** The same of the tree as it is now: what has changed counts as not embedded yet, and nothing is sent. */
  async statusOf(model: CodeModel, signal: AbortSignal): Promise<SemanticStatus> {
    await this.#follow(model, signal)
    return this.status(null)
  }

  /** What is near a query; undefined, with the reason in the status, where nobody can say. */
  async evidence(model: CodeModel, query: string, signal: AbortSignal): Promise<SemanticEvidence | undefined> {
    await this.#followInTime(model, signal)
    const { embedded, chunks } = this.#vectors.covered()
    if (embedded === 0 || this.#rests.query > this.#now()) return undefined
    try {
      const vector = await this.#queries.of(query, signal)
      if (vector.length !== this.#vectors.dimensions)
        throw new CodeForgeError(
          'llm-invalid-reply',
          `The vector of the query has ${vector.length} numbers, those of the code have ${this.#vectors.dimensions}.`,
        )
      const { vectors } = this.#semantic.ports
      const found = this.#vectors.reachesElsewhere ? await vectors.nearest(this.#collection, vector, mostElsewhere, signal) : []
      const { bm25Weight: bm25, semanticWeight: semantic } = this.#semantic.settings
      this.#rests.query = 0
      return {
        nearness: nearness(this.#vectors.cosines(model, vector, found), model.text),
        weights: { bm25, semantic },
        covered: embedded / chunks,
      }
    } catch (error) {
      signal.throwIfAborted()
      this.#rest('query', error)
      return undefined
    }
  }

  /** Embeds what has no vector yet, as far as limit and endpoint allow. Of two calls at once the later finds the work of the first done. */
  async embed(
    model: CodeModel,
    signal: AbortSignal,
    onProgress: (status: SemanticStatus) => void = () => undefined,
  ): Promise<SemanticStatus> {
    await this.#follow(model, signal)
    // What is under way began before this tree was known. Searches go on meanwhile: only what brings vectors to a model is done in turn.
    while (this.#embedding !== null) await this.#embedding.catch(() => undefined)
    signal.throwIfAborted()
    this.#embedding = this.#embedNow(onProgress, signal).finally(() => {
      this.#embedding = null
    })
    await this.#embedding
    return this.status(null)
  }

  async #embedNow(onProgress: (status: SemanticStatus) => void, signal: AbortSignal): Promise<void> {
    if (this.#rests.index > this.#now()) return
    try {
      await embedMissing(
        {
          semantic: this.#telling(),
          kept: this.#kept,
          vectors: this.#vectors,
          onProgress: () => {
            this.#trouble = null
            onProgress(this.status(null))
          },
        },
        signal,
      )
      this.#trouble = null
    } catch (error) {
      signal.throwIfAborted()
      this.#rest('index', error)
    } finally {
      await this.#sendAway(signal)
    }
  }

  /** Embeddings whose use is known before their vectors count: once all chunks are embedded, nobody asks for the status again. */
  #telling(): Semantic {
    const { ports, settings } = this.#semantic
    const { embeddings } = ports
    return {
      settings,
      ports: {
        ...ports,
        embeddings: {
          use: async () => embeddings.use(),
          embed: async (request, signal) => {
            try {
              return await embeddings.embed(request, signal)
            } finally {
              await this.#look()
            }
          },
        },
      },
    }
  }

  async #look(): Promise<void> {
    this.#use = await this.#semantic.ports.embeddings.use().catch(() => null)
  }

  /** Brings the vectors to a model, without embedding anything. */
  async #follow(model: CodeModel, signal: AbortSignal): Promise<void> {
    const turn = this.#at.then(async () => {
      if (this.#use === null) await this.#look()
      await this.#vectors.follow(model, signal)
      await this.#sendAway(signal)
    })
    this.#at = turn.catch(() => undefined)
    return turn
  }

  /** A search does not wait for a large tree to be looked through: what is known by then is what answers. */
  async #followInTime(model: CodeModel, signal: AbortSignal): Promise<void> {
    const following = this.#follow(model, signal)
    const late = new AbortController()
    await Promise.race([following, this.#semantic.ports.clock.sleep(this.#semantic.settings.queryMs, late.signal).catch(() => undefined)])
    late.abort()
    following.catch(() => undefined) // where nobody waits for it any more
    signal.throwIfAborted()
  }

  async #sendAway(signal: AbortSignal): Promise<void> {
    const leaving = this.#vectors.leaving()
    if (leaving.length === 0) return
    const { vectors } = this.#semantic.ports
    try {
      const absent = new Set(
        await vectors.absent(
          this.#collection,
          leaving.map(({ id }) => id),
          signal,
        ),
      )
      await vectors.put(
        this.#collection,
        leaving.filter(({ id }) => absent.has(id)),
        signal,
      )
    } catch (error) {
      signal.throwIfAborted()
      this.#trouble = messageOf(error)
    }
  }

  #rest(kind: keyof typeof restMs, error: unknown): void {
    this.#rests[kind] = this.#now() + restMs[kind]
    this.#trouble = messageOf(error)
  }

  #now(): number {
    return this.#semantic.ports.clock.monotonic()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
