import { deepSearch } from '@codeforge/context/deep-search/deep-search'
import { searchByQuestions } from '@codeforge/context/deep-search/over-questions'
import type { DeepSearchCode, DeepSearched } from '@codeforge/contracts/code'
import { deepAgent } from '@codeforge/domain/deep-agent'
import { helperModel } from '../model/helper-model.ts'
import { askCode } from './ask-code.ts'
import type { Agent } from './session.ts'

/** Searches the workspace as it is now with the help of a model, which the run's purse pays; without money or model scores decide, and a note says so. */
export function searchDeeply(
  agent: Agent,
  place: { readonly turn: number; readonly callId: string },
): (command: DeepSearchCode, signal: AbortSignal) => Promise<DeepSearched> {
  const {
    work,
    config: { deepSearch: settings },
  } = agent
  const { subAgentModel } = settings.retrieval
  const [model, price] = subAgentModel === null ? [work.model.model, work.model.price] : [subAgentModel, settings.price]
  return async ({ query, top, under }, signal) => {
    const ask = askCode(agent, { path: agent.place.workspace.path, snapshot: null })
    const deps = { ...searchByQuestions(ask, { top, under }), llm: helperModel(agent, { ...place, price }) }
    const found = await deepSearch(
      deps,
      { query, top, agent: deepAgent(model, price, settings.retrieval), requestId: work.requestId },
      signal,
    )
    return { ...found, hits: [...found.hits] }
  }
}
