import { deepSearch } from '@codeforge/context/deep-search/deep-search'
import type { SearchOptions } from '@codeforge/context/search/search-hit'
import type { CodeHit, DeepSearched } from '@codeforge/contracts/code'
import type { Command } from 'commander'
import { globalsOf } from '../globals.ts'
import { printable } from '../output/printable.ts'
import type { OpenCode } from './open-code.ts'

/** Searches with the help of the configured model, without a server. */
export async function searchDeeply(command: Command, { code }: OpenCode, query: string, options: SearchOptions & { readonly top: number }, signal: AbortSignal): Promise<DeepSearched> {
  // The adapters are loaded only where a model is wanted.
  const { openLocalDeepSearch } = await import('@codeforge/host/local-deep-search')
  await using stack = new AsyncDisposableStack()
  const { data, config } = globalsOf(command)
  const { llm, agent } = await openLocalDeepSearch({ environment: process.env, ...(data !== undefined && { dataDirectory: data }), ...(config !== undefined && { configFile: config }) }, stack)
  const search = async (one: string, ending: AbortSignal): Promise<readonly CodeHit[]> => (await code.find(one, options, ending)).hits.map((hit) => ({ ...hit, why: [...hit.why] }))
  const found = await deepSearch({ search, excerpts: async (hits) => code.excerpts(hits), llm }, { query, top: options.top, agent, requestId: 'search' }, signal)
  return { ...found, hits: [...found.hits] }
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
