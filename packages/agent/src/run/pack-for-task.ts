import { join } from 'node:path'
import { packContext } from '@codeforge/context/pack'
import { openRepositorySearch } from '@codeforge/context/search/open-repository-search'
import type { Agent } from './session.ts'

/** Tokens of a first context pack. CTX-02: 4096. */
const contextTokens = 4096
/** A tree that is not searchable by then is listed instead: the model can look for itself. */
const searchLimitMs = 20_000

/** What the model is shown of the repository before it looks itself: found by search where the tree can be indexed in time. */
export async function packForTask({ work, place, ports, config, control }: Pick<Agent, 'work' | 'place' | 'ports' | 'config' | 'control'>) {
  const tokens = Math.min(contextTokens, Math.floor(work.model.contextTokens / 8))
  const request = { prompt: work.prompt, files: place.files, tokens, model: work.model.model }
  const limit = AbortSignal.any([control.signal, AbortSignal.timeout(searchLimitMs)])
  try {
    using search = await openRepositorySearch({ root: place.workspace.path, storeDirectory: join(config.cacheDirectory, 'index') }, limit)
    await search.refresh(limit)
    return await packContext({ ...request, search }, control.signal)
  } catch (error) {
    control.signal.throwIfAborted()
    ports.log.warn('the repository could not be searched for a pack', { error })
    return packContext(request, control.signal)
  }
}
