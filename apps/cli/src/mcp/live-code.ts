import type { CodeSearch, SearchStatus } from '@codeforge/context/search/code-search'

/** Code as the last look found it. `exact`: false while definitions and uses come from the quick scan only. */
export interface CurrentCode {
  readonly code: CodeSearch
  readonly exact: boolean
}

/** Code intelligence that follows its repository while questions come. */
export interface LiveCode {
  readonly root: string
  /** Brought up to date first. */
  code(): Promise<CurrentCode>
}

/** Follows a repository: each question is answered from a look that began after it was asked; those that come meanwhile share the next one. */
export function liveCode(root: string, code: CodeSearch, signal: AbortSignal): LiveCode {
  let looking: Promise<SearchStatus> | null = null
  let next: Promise<SearchStatus> | null = null
  const look = (): Promise<SearchStatus> => (looking = code.refresh(signal).finally(() => { looking = null }))
  const lookAfter = (before: Promise<SearchStatus>): Promise<SearchStatus> => before.catch(() => undefined).then(() => {
    next = null
    return look()
  })
  const current = async (): Promise<CurrentCode> => {
    const { exact } = await (looking === null ? look() : (next ??= lookAfter(looking)))
    return { code, exact }
  }
  return { root, code: current }
}
