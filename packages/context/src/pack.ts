import { buildPack } from './pack/build-pack.ts'
import type { PackPart } from './pack/build-pack.ts'
import type { ContextPack, PackCandidate } from './pack/context-pack.ts'
import { listingParts } from './pack/listing-parts.ts'
import { counterFor } from './pack/token-counter.ts'
import type { ReadableFiles } from './readable-files.ts'
import type { CodeSearch } from './search/code-search.ts'

export interface PackRequest {
  readonly prompt: string
  readonly files: ReadableFiles
  /** Most tokens of the whole pack. */
  readonly tokens: number
  /** Name of the model, for its tokenizer. */
  readonly model?: string
  /** An up-to-date search over the same tree; without it the pack lists files and reads what the task names. */
  readonly search?: Pick<CodeSearch, 'pack'>
  /** What is known besides the tree: memory, skills, what others share. */
  readonly extra?: readonly PackCandidate[]
}

/** Chooses what a model should know of a repository before it looks itself. A search that fails is replaced by the listing, and the note says so. */
export async function packContext(
  { prompt, files, tokens, model, search, extra = [] }: PackRequest,
  signal: AbortSignal,
): Promise<ContextPack> {
  const searched = await search
    ?.pack({ task: prompt, tokens, ...(model !== undefined && { model }), extra }, signal)
    .catch((error: unknown) => {
      signal.throwIfAborted()
      return error instanceof Error ? error : new Error(String(error))
    })
  if (searched !== undefined && !(searched instanceof Error)) return searched
  const counter = await counterFor(model)
  const given: PackPart = { name: 'given entries', share: 0.25, candidates: () => extra }
  const pack = await buildPack([given, ...(await listingParts(files, prompt, counter, signal))], tokens, counter, signal)
  return searched instanceof Error ? { ...pack, note: `The search failed: ${searched.message} ${pack.note}` } : pack
}
