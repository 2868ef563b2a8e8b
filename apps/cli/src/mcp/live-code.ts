import type { ContextPack } from '@codeforge/context/pack/context-pack'
import type { CodeSearch } from '@codeforge/context/search/code-search'

/** Code intelligence that follows its repository while questions come. */
export interface LiveCode {
  readonly root: string
  /** Brought up to date first. */
  code(): Promise<CodeSearch>
  pack(task: string, tokens: number, signal: AbortSignal): Promise<ContextPack>
}

/** Follows a repository: each question is answered from a look that began after it was asked; those that come meanwhile share the next one. */
export function liveCode(root: string, code: CodeSearch, signal: AbortSignal): LiveCode {
  let looking: Promise<unknown> | null = null
  let next: Promise<unknown> | null = null
  const look = (): Promise<unknown> => (looking = code.refresh(signal).finally(() => { looking = null }))
  const lookAfter = (before: Promise<unknown>): Promise<unknown> => before.catch(() => undefined).then(() => {
    next = null
    return look()
  })
  const current = async (): Promise<CodeSearch> => {
    await (looking === null ? look() : (next ??= lookAfter(looking)))
    return code
  }
  return { root, code: current, pack: async (task, tokens, abort) => (await current()).pack({ task, tokens }, abort) }
}
