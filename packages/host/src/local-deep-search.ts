import { veiledModel } from '@codeforge/agent/secrets/veil'
import type { DeepAgent } from '@codeforge/contracts/deep-search'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { deepAgent } from '@codeforge/domain/deep-agent'
import type { Llm } from '@codeforge/ports/llm'
import { openInstallation } from './installation.ts'
import type { InstallationOptions } from './installation.ts'
import { openEndpoint } from './open-ports.ts'
import { priceOf } from './prices.ts'

/** The model that helps a deep search of a process that is no host. There is no store whose purse could pay: each search may cost its worst case, and no more. */
export async function openLocalDeepSearch(options: InstallationOptions, stack: AsyncDisposableStack): Promise<{ readonly llm: Pick<Llm, 'complete'>; readonly agent: DeepAgent }> {
  const installation = await openInstallation(options)
  const { config, secrets } = installation
  const endpoint = await openEndpoint(installation, stack)
  if (endpoint === null) throw new CodeForgeError('llm-not-configured', 'A deep search needs a model; the plain search needs none.')
  const model = config.retrieval.subAgentModel ?? config.llm.model ?? (await endpoint.models(AbortSignal.timeout(10_000)))[0]
  if (model === undefined) throw new CodeForgeError('llm-not-configured', 'The model endpoint lists no model; name one as llm.model.')
  return { llm: veiledModel(endpoint, secrets.redactor), agent: deepAgent(model, priceOf(config, model), config.retrieval) }
}
