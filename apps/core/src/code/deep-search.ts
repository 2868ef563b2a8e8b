import type { DeepSearchCode } from '@codeforge/contracts/code'
import type { DeepAgent } from '@codeforge/contracts/deep-search'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { SystemEvent } from '@codeforge/contracts/event'
import type { MicroUsd } from '@codeforge/contracts/money'
import type { Project } from '@codeforge/contracts/project'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import { deepAgent } from '@codeforge/domain/deep-agent'
import { appendEvent } from '../append-event.ts'
import type { Caller } from '../caller.ts'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { retried } from '../retried.ts'
import { dailyPurses, defaultModel, refusal, utcDay } from '../runs/index.ts'
import type { Answered, CodeAsker } from './ask-code.ts'

type DeepPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'ids' | 'log' | 'models'>

/**
 * Has a worker search with the help of a model [COD-07]. What that may cost is set aside in the purses of project and day before, and
 * settled by what it came to; where nobody knows, by what was set aside.
 */
export async function searchDeeply(ports: DeepPorts, config: CoreConfig, { ask }: CodeAsker, project: Project, command: DeepSearchCode, caller: Caller): Promise<Answered<'deep-search'>> {
  const tell = async (event: SystemEvent): Promise<void> => {
    await retried(ports.store, async (repositories) => appendEvent(ports, repositories, `project.${project.id}`, event, caller))
    ports.queue.broadcast(eventsSubject(`project.${project.id}`), { sequence: 0 })
  }
  const agent = await agentOf(ports, config)
  const { microUsd: held } = agent.allowance
  const day = utcDay(ports.clock.now())
  const purses = dailyPurses(config, project, caller.tenant, day)
  const short = await ports.store.budgets.hold(purses, held)
  if (short !== null) throw new CodeForgeError('budget-exhausted', refusal(short))
  const settle = async (spent: MicroUsd): Promise<void> => ports.store.budgets.settle(purses.map(({ scope }) => scope), held, spent)
  try {
    await tell({ kind: 'search.started' })
    const answered = await ask(project, { kind: 'deep-search', ...command, top: command.top ?? config.retrieval.topK, agent })
    const { queries, candidates, reranked, spent } = answered.result
    await settle(spent.microUsd)
    await tell({ kind: 'search.completed', queries: queries.length, candidates, reranked, costMicroUsd: spent.microUsd, tokens: spent.tokens })
    return answered
  } catch (error) {
    const { code, message } = error instanceof CodeForgeError ? error : new CodeForgeError('internal', 'The search failed.', { cause: error })
    const costMicroUsd = unasked.has(code) ? 0 : held
    await settle(costMicroUsd)
    await tell({ kind: 'search.failed', code, message, costMicroUsd })
    throw error
  }
}

/** No model was asked where the search failed so. */
const unasked: ReadonlySet<string> = new Set(['unavailable', 'queue-unavailable', 'repository-not-found', 'llm-not-configured'])

async function agentOf({ models }: Pick<CorePorts, 'models'>, { llm, retrieval, prices }: CoreConfig): Promise<DeepAgent> {
  if (llm.baseUrl === null) throw new CodeForgeError('llm-not-configured', 'A deep search needs a model; the plain search needs none.')
  const model = retrieval.subAgentModel ?? llm.model ?? await defaultModel({ models }, { llm }, {}, AbortSignal.timeout(10_000))
  if (model === null) throw new CodeForgeError('llm-not-configured', 'The model endpoint lists no model; name one as llm.model.')
  return deepAgent(model, prices[model] ?? null, retrieval)
}
