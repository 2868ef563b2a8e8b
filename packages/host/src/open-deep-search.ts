import { join } from 'node:path'
import { veiledModel } from '@codeforge/agent/secrets/veil'
import { deepSearch } from '@codeforge/context/deep-search/deep-search'
import type { DeepAgent } from '@codeforge/contracts/deep-search'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { microUsd } from '@codeforge/contracts/money'
import { deepAgent } from '@codeforge/domain/deep-agent'
import { clocks } from '@codeforge/ports/clock'
import { openDayLedger } from './day-ledger.ts'
import { openInstallation } from './installation.ts'
import type { InstallationOptions } from './installation.ts'
import type { LocalDeepSearch } from './local-deep-search.ts'
import { openEndpoint } from './open-ports.ts'
import { priceOf } from './prices.ts'

const words = { what: 'searches with the help of a model', tokensSetting: 'budget.tokensPerRun', moneySetting: 'budget.perDayUsd' } as const

/**
 * The configured model as the helper of searches; null where none is configured. Such a process has no store whose purses could pay: a ledger
 * of the data directory does, which all of them share, within `budget.perDayUsd` a day, and `budget.tokensPerRun` tokens a day.
 */
export async function openDeepSearch(options: InstallationOptions, stack: AsyncDisposableStack): Promise<LocalDeepSearch | null> {
  const installation = await openInstallation(options)
  const { config, secrets, directory } = installation
  const endpoint = await openEndpoint(installation, stack)
  if (endpoint === null) return null
  const clock = stack.use(await clocks.open('system', {}))
  const limits = { mostTokens: config.budget.tokensPerRun, mostMicroUsd: microUsd(config.budget.perDayUsd) }
  const ledger = stack.use(openDayLedger(join(directory.root, 'deep-search-use.sqlite'), limits, words))
  const llm = veiledModel(endpoint, secrets.redactor)
  const agentNow = async (signal: AbortSignal): Promise<DeepAgent> => {
    const model =
      config.retrieval.subAgentModel ??
      config.llm.model ??
      (await endpoint.models(AbortSignal.any([signal, AbortSignal.timeout(10_000)])))[0]
    if (model === undefined) throw new CodeForgeError('llm-not-configured', 'The model endpoint lists no model; name one as llm.model.')
    return deepAgent(model, priceOf(config, model), config.retrieval)
  }
  let known: DeepAgent | undefined
  return {
    async search(index, query, top, signal) {
      const agent = (known ??= await agentNow(signal))
      const day = clock.now().toISOString().slice(0, 10)
      ledger.hold(day, agent.allowance)
      const found = await deepSearch({ ...index, llm }, { query, top, agent, requestId: 'search' }, signal)
      ledger.settle(day, agent.allowance, found.spent)
      return { ...found, hits: [...found.hits] }
    },
  }
}
