import type { Question } from '@codeforge/contracts/question'
import { createSignal } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { onRunChange } from './run-changes.ts'

const settleMs = 300

const [openQuestions, setOpenQuestions] = createSignal<readonly Question[] | undefined>(undefined)

/** Questions that wait for an answer; undefined until they have been loaded. */
export { openQuestions }

let timer: ReturnType<typeof setTimeout> | null = null
let started = false

/** Loads the open questions soon; several wishes become one request. */
export function refreshInbox(): void {
  timer ??= setTimeout(() => {
    timer = null
    api.questions({ status: 'open' }).then(({ items }) => setOpenQuestions(items), () => undefined)
  }, settleMs)
}

/** Keeps the open questions up to date for as long as the page lives. */
export function startInbox(): void {
  if (started) return
  started = true
  const counts = new Map<string, number>()
  onRunChange({
    changed(run) {
      if ((counts.get(run.id) ?? 0) !== run.openQuestions) refreshInbox()
      counts.set(run.id, run.openQuestions)
    },
    reconnected: refreshInbox,
  })
  refreshInbox()
}
