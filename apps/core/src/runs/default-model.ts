import type { CreateRun } from '@codeforge/contracts/run-request'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'

/**
 * The model of a run that names none where the settings name none either: the first one that the endpoint lists. Asked
 * before the transaction begins, since an endpoint may take its time; null where it is not needed or nothing is listed.
 */
export async function defaultModel(
  { models }: Pick<CorePorts, 'models'>, { llm }: Pick<CoreConfig, 'llm'>, { model }: Pick<CreateRun, 'model'>, signal: AbortSignal,
): Promise<string | null> {
  if (model !== undefined || llm.model !== null || llm.baseUrl === null) return null
  const [first] = await models(signal)
  return first ?? null
}
