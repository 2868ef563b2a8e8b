import { deepSearch } from '@codeforge/context/deep-search/deep-search'
import { searchByQuestions } from '@codeforge/context/deep-search/over-questions'
import { deepAgent } from '@codeforge/domain/deep-agent'
import { helperModel } from '../model/helper-model.ts'
import type { ToolContext } from '../tools/tool.ts'
import { askCode } from './ask-code.ts'
import type { Agent } from './session.ts'

/** Searches the workspace as it is now with the help of a model, which the run's purse pays; without money or model scores decide, and a note says so. */
export function searchDeeply(
  agent: Agent,
  place: { readonly turn: number; readonly callId: string },
): ToolContext['searchDeeply'] {
  const {
    work,
    config: { retrieval, subAgentPrice },
  } = agent
  const { subAgentModel } = retrieval
  const [model, price] = subAgentModel === null ? [work.model.model, work.model.price] : [subAgentModel, subAgentPrice]
  return async ({ query, top, under }, signal) => {
    const ask = askCode(agent, { path: agent.place.workspace.path, snapshot: null })
    const deps = { ...searchByQuestions(ask, { top, under }), llm: helperModel(agent, { ...place, price }) }
    const found = await deepSearch(
      deps,
      { query, top, agent: deepAgent(model, price, retrieval), requestId: work.requestId },
      signal,
    )
    return { ...found, hits: [...found.hits] }
  }
}
