import type { Question } from '@codeforge/contracts/question'
import { createSignal } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { openInbox } from './open-inbox.ts'
import { onRunChange } from './run-changes.ts'
import { whenSeen } from './when-seen.ts'

const [openQuestions, setOpenQuestions] = createSignal<readonly Question[] | undefined>(undefined)

/** Questions that wait for an answer; undefined until they have been loaded. */
export { openQuestions }

let started = false
const inbox = openInbox({
  read: async () => (await api.questions({ status: 'open' })).items,
  later: whenSeen,
  show: setOpenQuestions,
})

/** Loads the open questions soon; several wishes become one request. */
export function refreshInbox(): void {
  inbox.refresh()
}

/** Keeps the open questions up to date for as long as the page lives. */
export function startInbox(): void {
  if (started) return
  started = true
  onRunChange({ changed: (run) => { inbox.changed(run) }, caughtUp: refreshInbox })
  refreshInbox()
}
