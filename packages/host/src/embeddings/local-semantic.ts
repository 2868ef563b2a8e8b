import type { Semantic } from '@codeforge/context/semantic/settings'
import { openInstallation } from '../installation.ts'
import type { InstallationOptions } from '../installation.ts'
import { loadConfig } from '../config/load-config.ts'

/** Search by meaning for a process that is no host, as it is configured; null where it is not. */
export async function openLocalSemantic(options: InstallationOptions, stack: AsyncDisposableStack): Promise<Semantic | null> {
  const { config: { embeddings } } = await loadConfig(options.configFile, options.environment)
  if (embeddings.baseUrl === null || embeddings.model === null) return null
  // The adapters are loaded only where one is wanted: most searches need none.
  const [{ openSemantic }, { clocks }, installation] = await Promise.all([import('./open-semantic.ts'), import('@codeforge/ports/clock'), openInstallation(options), import('../open-ports.ts')])
  return openSemantic(installation, stack.use(await clocks.open('system', {})), stack)
}
