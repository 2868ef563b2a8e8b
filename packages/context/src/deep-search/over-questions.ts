import type { CodeRequest } from '@codeforge/contracts/code'
import { codeResults } from '@codeforge/contracts/code'
import type { DeepSearchDeps } from './deep-search.ts'

/** The search of a deep search, where the index is somewhere else and answers questions. `ask` gives the JSON of the request's kind. */
export function searchByQuestions(
  ask: (request: CodeRequest, signal: AbortSignal) => Promise<unknown>,
  { top, under }: { readonly top: number; readonly under?: string | undefined },
): Pick<DeepSearchDeps, 'search' | 'excerpts'> {
  return {
    search: async (query, signal) =>
      codeResults.search.parse(await ask({ kind: 'search', query, top, files: false, ...(under !== undefined && { under }) }, signal)),
    excerpts: async (hits, signal) => {
      const places = hits.map(({ path, startLine, endLine }) => ({ path, startLine, endLine }))
      return codeResults.excerpts.parse(await ask({ kind: 'excerpts', places }, signal))
    },
  }
}
