import type { DeepSearchDeps } from '@codeforge/context/deep-search/deep-search'
import type { DeepSearched } from '@codeforge/contracts/code'
import { loadConfig } from './config/load-config.ts'
import type { InstallationOptions } from './installation.ts'

/** Deep search in a process that is no host. */
export interface LocalDeepSearch {
  /** Fails with `budget-exhausted` where the worst case is more than the day has left. */
  search(index: Pick<DeepSearchDeps, 'search' | 'excerpts'>, query: string, top: number, signal: AbortSignal): Promise<DeepSearched>
}

/** Deep search for a process that is no host, as it is configured; null where no model is. */
export async function openLocalDeepSearch(options: InstallationOptions, stack: AsyncDisposableStack): Promise<LocalDeepSearch | null> {
  const { config } = await loadConfig(options.configFile, options.environment)
  if (config.llm.baseUrl === null) return null
  // The adapters are loaded only where a model is wanted.
  const { openDeepSearch } = await import('./open-deep-search.ts')
  return openDeepSearch(options, stack)
}
