import { CodePack } from '@codeforge/contracts/code'
import { packContext } from '@codeforge/context/pack'
import { estimateTokens } from '@codeforge/domain/tokens'
import { openFiles } from '../workspace/files.ts'
import { askCode, type CodePlace } from './ask-code.ts'
import type { Session } from './session.ts'

const fewestTokens = 200
/** Characters of a task that are searched for. */
const mostCharacters = 20_000
/** A tree that is not searchable by then is listed instead: the model can look for itself. */
const searchLimitMs = 20_000

/** As configured [CTX-02], within an eighth of the model's context, and so that the reserve is left besides the task. */
function tokensOfPack({ work, config: { retrieval } }: Pick<Session, 'work' | 'config'>): number {
  const { contextTokens } = work.model
  const room = contextTokens - estimateTokens(work.prompt) - retrieval.promptReserve
  return Math.max(fewestTokens, Math.min(retrieval.contextTokens, Math.floor(contextTokens / 8), room))
}

/** What the model is shown of the repository before it looks itself: found by search where the tree can be indexed in time. */
export async function packForTask(session: Pick<Session, 'work' | 'ports' | 'config'>, place: CodePlace, signal: AbortSignal): Promise<CodePack> {
  const { work, ports } = session
  const tokens = tokensOfPack(session)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(searchLimitMs)])
  try {
    const task = work.prompt.slice(0, mostCharacters)
    return CodePack.parse(await askCode(session, place)({ kind: 'pack', task, tokens, model: work.model.model }, limit))
  } catch (error) {
    signal.throwIfAborted()
    ports.log.warn('the repository could not be searched for a pack', { error })
    const listed = await packContext({ prompt: work.prompt, files: await openFiles(place.path), tokens, model: work.model.model }, signal)
    const { entries, text, note } = listed
    return { entries: [...entries], tokens: listed.tokens, text, note: `The repository could not be searched. ${note}` }
  }
}
