import { join } from 'node:path'
import type { Semantic, SemanticSettings } from '@codeforge/context/semantic/settings'
import { defaultBlockedPaths } from '@codeforge/contracts/policy-profile'
import { microUsd } from '@codeforge/contracts/money'
import { veiledEmbeddings } from '@codeforge/agent/secrets/veil'
import type { Clock } from '@codeforge/ports/clock'
import { embeddingModels } from '@codeforge/ports/embeddings'
import { vectorIndexes } from '@codeforge/ports/vector-index'
import type { Installation } from '../installation.ts'
import { priceOf } from '../prices.ts'
import { countedEmbeddings } from './counted.ts'
import { openDayLedger } from '../day-ledger.ts'

/** How the ledger of embeddings speaks of them. */
export const embeddingWords = { what: 'embeddings', tokensSetting: 'embeddings.tokensPerDay', moneySetting: 'embeddings.perDayUsd' } as const

/** Opens what search by meaning needs; null where no endpoint or no model is configured: then nothing is ever sent. */
export async function openSemantic(
  { config, directory, secrets }: Installation, clock: Clock, stack: AsyncDisposableStack,
): Promise<Semantic | null> {
  const { baseUrl, model, timeoutSeconds, tokensPerDay, perDayUsd } = config.embeddings
  if (baseUrl === null || model === null) return null
  const apiKey = secrets.read(config.embeddings.apiKey)
  const timeoutMs = timeoutSeconds * 1000
  const endpoint = stack.use(await embeddingModels.open('openai-compatible', { baseUrl, ...(apiKey && { apiKey }), firstByteTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs }))
  const ledger = stack.use(openDayLedger(join(directory.root, 'embedding-use.sqlite'), { mostTokens: tokensPerDay, mostMicroUsd: microUsd(perDayUsd) }, embeddingWords))
  const vectors = stack.use(await vectorIndexes.open('sqlite', { file: join(directory.cache, 'index', 'vectors.sqlite') }))
  const embeddings = countedEmbeddings(veiledEmbeddings(endpoint, secrets.redactor), { ledger, clock, price: priceOf(config, model) })
  return { ports: { embeddings, vectors, clock }, settings: settingsOf({ config }, model) }
}

function settingsOf({ config }: Pick<Installation, 'config'>, model: string): SemanticSettings {
  const { dimensions, batchTexts, batchBytes, queryMs, memoryMb, exclude } = config.embeddings
  return {
    model, dimensions, batchTexts, batchBytes, queryMs,
    mostBytes: Math.floor(memoryMb * 1e6),
    blocked: [...defaultBlockedPaths, ...exclude],
    ...config.retrieval,
  }
}
