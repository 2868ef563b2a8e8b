import type { IndexOptions } from '../indexer/indexed-tree.ts'
import { openIndex } from '../indexer/open-index.ts'
import { repositoryName } from '../repository/identity.ts'
import type { Semantic } from '../semantic/settings.ts'
import { TreeSemantics } from '../semantic/tree-semantics.ts'
import type { CodeSearch } from './code-search.ts'
import type { SearchTuning } from './tuning.ts'
import { openCodeSearch } from './open-code-search.ts'

export interface RepositorySearchOptions extends Pick<IndexOptions, 'root' | 'storeDirectory' | 'threads' | 'searchPath'> {
  /** Newest changes that are read. Default 20,000; 0 leaves the history out. */
  readonly commits?: number
  /** Search by meaning; without it nothing is sent anywhere. */
  readonly semantic?: Semantic | undefined
  /** What holds where a question does not say. */
  readonly tuning?: SearchTuning | undefined
}

/** Opens code intelligence over a directory, with its index in a store that all trees of the repository share. Fails as `openIndex` does. */
export async function openRepositorySearch(
  { commits, semantic, tuning, ...options }: RepositorySearchOptions,
  signal: AbortSignal,
): Promise<CodeSearch> {
  const { root, searchPath } = options
  const index = await openIndex(options, signal)
  const semantics = semantic && new TreeSemantics(semantic, index, await repositoryName(root, searchPath, signal))
  return openCodeSearch({
    root,
    index,
    ...(commits !== undefined && { commits }),
    ...(searchPath !== undefined && { searchPath }),
    ...(semantics && { semantics }),
    ...(tuning && { tuning }),
  })
}
