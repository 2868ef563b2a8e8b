import type { Question } from '@codeforge/contracts/question'
import type { RunSummary } from '@codeforge/contracts/run'
import { toApiError } from '../api/api-error.ts'
import { pauseAfter } from '../api/live-stream.ts'

/** Milliseconds in which several wishes become one request. */
const settleMs = 300

export interface InboxPorts {
  read(): Promise<readonly Question[]>
  later(callback: () => void, milliseconds: number): void
  show(questions: readonly Question[]): void
}

export interface Inbox {
  /** Reads the open questions soon. */
  refresh(): void
  /** Reads them where the run has more or fewer open questions than are known. */
  changed(run: Pick<RunSummary, 'id' | 'openQuestions'>): void
}

/** Keeps what is known of the open questions true. One request at a time: an older answer never comes after a newer one. */
export function openInbox({ read, later, show }: InboxPorts): Inbox {
  let known: readonly Question[] | null = null
  let state: 'idle' | 'waiting' | 'reading' = 'idle'
  let again = false
  let failures = 0
  const wait = (milliseconds: number): void => {
    state = 'waiting'
    again = false
    later(() => { void load() }, milliseconds)
  }
  const load = async (): Promise<void> => {
    state = 'reading'
    try {
      known = await read()
      failures = 0
      show(known)
    } catch (reason) {
      return wait(Math.max(pauseAfter(failures++), toApiError(reason).retryAfterMs))
    }
    state = 'idle'
    if (again) wait(settleMs)
  }
  const refresh = (): void => {
    // What is being read may have been looked up before that for which somebody wishes it.
    if (state === 'reading') again = true
    else if (state === 'idle') wait(settleMs)
  }
  return {
    refresh,
    changed(run) {
      const count = known?.filter(({ runId }) => runId === run.id).length
      if (state === 'reading' || count !== run.openQuestions) refresh()
    },
  }
}
