import { deepSearch } from '@codeforge/context/deep-search/deep-search'
import { codeResults } from '@codeforge/contracts/code'
import type { CodeHit, CodeRequest, CodeStatus } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Llm } from '@codeforge/ports/llm'
import type { CodeAnswer } from './answer.ts'

type DeepRequest = Extract<CodeRequest, { kind: 'deep-search' }>
type Ask = (request: CodeRequest, signal: AbortSignal) => Promise<CodeAnswer>

/** Searches with the help of a model [COD-07]: the thread searches, the process asks the model. */
export async function answerDeeply(ask: Ask, llm: Pick<Llm, 'complete'> | null, { query, top, under, agent }: DeepRequest, requestId: string, signal: AbortSignal): Promise<CodeAnswer> {
  if (llm === null) throw new CodeForgeError('llm-not-configured', 'No model is configured on the worker that can see the repository.')
  let status: CodeStatus | null = null
  const askFor = async (request: CodeRequest, ending: AbortSignal): Promise<unknown> => {
    const answered = await ask(request, ending)
    status = answered.status
    return answered.result
  }
  const search = async (one: string, ending: AbortSignal): Promise<readonly CodeHit[]> =>
    codeResults.search.parse(await askFor({ kind: 'search', query: one, top, files: false, ...(under !== undefined && { under }) }, ending))
  const excerpts = async (hits: readonly CodeHit[], ending: AbortSignal): Promise<readonly string[]> =>
    codeResults.excerpts.parse(await askFor({ kind: 'excerpts', places: hits.map(({ path, startLine, endLine }) => ({ path, startLine, endLine })) }, ending))
  const result = await deepSearch({ search, excerpts, llm }, { query, top, agent, requestId }, signal)
  if (status === null) throw new Error('nothing was searched')
  return { status, result }
}
