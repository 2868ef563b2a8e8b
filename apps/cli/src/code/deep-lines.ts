import type { CodeSearch } from '@codeforge/context/search/code-search'
import type { SearchOptions } from '@codeforge/context/search/search-hit'
import type { DeepSearchDeps } from '@codeforge/context/deep-search/deep-search'
import type { DeepSearched } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { LocalDeepSearch } from '@codeforge/host/local-deep-search'
import type { Command } from 'commander'
import { globalsOf } from '../globals.ts'
import { printable } from '../output/printable.ts'
import type { OpenCode } from './open-code.ts'

/** Searches with the help of the configured model, without a server. */
export async function searchDeeply(command: Command, { code }: OpenCode, query: string, options: SearchOptions & { readonly top: number }, signal: AbortSignal): Promise<DeepSearched> {
  await using stack = new AsyncDisposableStack()
  const helper = await openHelper(command, stack)
  if (helper === null) throw new CodeForgeError('llm-not-configured', 'A deep search needs a model; the plain search needs none.')
  return helper.search(indexOf(code, options), query, options.top, signal)
}

/** The configured model as the helper of searches; null where none is configured. */
export async function openHelper(command: Command, stack: AsyncDisposableStack): Promise<LocalDeepSearch | null> {
  const { data, config } = globalsOf(command)
  const { openLocalDeepSearch } = await import('@codeforge/host/local-deep-search')
  return openLocalDeepSearch({ environment: process.env, ...(data !== undefined && { dataDirectory: data }), ...(config !== undefined && { configFile: config }) }, stack)
}

/** What a deep search asks of an index. */
export function indexOf(code: CodeSearch, options: SearchOptions): Pick<DeepSearchDeps, 'search' | 'excerpts'> {
  return {
    search: async (query, signal) => (await code.find(query, options, signal)).hits.map((hit) => ({ ...hit, why: [...hit.why] })),
    excerpts: async (hits) => code.excerpts(hits),
  }
}

/** How the hits came about, and what that cost. */
export function deepNotes({ queries, candidates, reranked, notes, spent }: DeepSearched): string[] {
  const money = spent.microUsd > 0 ? `, $${(spent.microUsd / 1_000_000).toFixed(4)}` : ''
  return [
    `Searched for: ${queries.map((query) => `"${printable(query)}"`).join(', ')}.`,
    `${candidates} places, ordered by ${reranked ? 'the model' : 'their scores'}; ${spent.tokens} tokens${money}.`,
    ...notes.map(printable),
  ]
}
