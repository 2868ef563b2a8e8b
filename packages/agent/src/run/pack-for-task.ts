import { CodePack } from '@codeforge/contracts/code'
import { packContext } from '@codeforge/context/pack'
import { openFiles } from '../workspace/files.ts'
import { askCode, type CodePlace } from './ask-code.ts'
import type { Session } from './session.ts'

/** Tokens of a first context pack. CTX-02: 4096. */
const contextTokens = 4096
const fewestTokens = 200
/** Characters of a task that are searched for. */
const mostCharacters = 20_000
/** A tree that is not searchable by then is listed instead: the model can look for itself. */
const searchLimitMs = 20_000

/** What the model is shown of the repository before it looks itself: found by search where the tree can be indexed in time. */
export async function packForTask(session: Pick<Session, 'work' | 'ports'>, place: CodePlace, signal: AbortSignal): Promise<CodePack> {
  const { work, ports } = session
  const tokens = Math.min(contextTokens, Math.floor(work.model.contextTokens / 8))
  const limit = AbortSignal.any([signal, AbortSignal.timeout(searchLimitMs)])
  try {
    const task = work.prompt.slice(0, mostCharacters)
    return CodePack.parse(await askCode(session, place)({ kind: 'pack', task, tokens: Math.max(tokens, fewestTokens), model: work.model.model }, limit))
  } catch (error) {
    signal.throwIfAborted()
    ports.log.warn('the repository could not be searched for a pack', { error })
    const listed = await packContext({ prompt: work.prompt, files: await openFiles(place.path), tokens, model: work.model.model }, signal)
    const { entries, text, note } = listed
    return { entries: [...entries], tokens: listed.tokens, text, note: `The repository could not be searched. ${note}` }
  }
}
