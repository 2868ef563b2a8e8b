import { deepSearch } from '@codeforge/context/deep-search/deep-search'
import { searchByQuestions } from '@codeforge/context/deep-search/over-questions'
import type { CodeRequest, CodeStatus } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Llm } from '@codeforge/ports/llm'
import type { CodeAnswer } from './answer.ts'

type DeepRequest = Extract<CodeRequest, { kind: 'deep-search' }>
type Ask = (request: CodeRequest, signal: AbortSignal) => Promise<CodeAnswer>

/** Searches with the help of a model [COD-07]: the thread searches, the process asks the model. */
export async function answerDeeply(
  ask: Ask,
  llm: Pick<Llm, 'complete'> | null,
  { query, top, under, agent }: DeepRequest,
  requestId: string,
  signal: AbortSignal,
): Promise<CodeAnswer> {
  if (llm === null) throw new CodeForgeError('llm-not-configured', 'No model is configured on the worker that can see the repository.')
  let status: CodeStatus | null = null
  const askFor = async (request: CodeRequest, ending: AbortSignal): Promise<unknown> => {
    const answered = await ask(request, ending)
    status = answered.status
    return answered.result
  }
  const result = await deepSearch({ ...searchByQuestions(askFor, { top, under }), llm }, { query, top, agent, requestId }, signal)
  if (status === null) throw new Error('nothing was searched')
  return { status, result }
}
