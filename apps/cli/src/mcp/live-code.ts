import type { ContextPack } from '@codeforge/context/pack/context-pack'
import type { CodeSearch } from '@codeforge/context/search/code-search'

/** Code intelligence that follows its repository while questions come. */
export interface LiveCode {
  readonly root: string
  /** Brought up to date first, where it is not fresh. */
  code(): Promise<CodeSearch>
  pack(task: string, tokens: number, signal: AbortSignal): Promise<ContextPack>
}

/** Milliseconds for which an answer may be behind the files. */
const freshMs = 1000

/** Follows a repository: questions that come together share one look at what has changed. */
export function liveCode(root: string, code: CodeSearch, signal: AbortSignal): LiveCode {
  let seenAt = Date.now()
  let looking: Promise<unknown> | null = null
  const current = async (): Promise<CodeSearch> => {
    if (looking === null && Date.now() - seenAt > freshMs) {
      looking = code.refresh(signal).finally(() => {
        seenAt = Date.now()
        looking = null
      })
    }
    await looking
    return code
  }
  return { root, code: current, pack: async (task, tokens, abort) => (await current()).pack({ task, tokens }, abort) }
}
