import { createSignal } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { onSignedOut } from '../api/request.ts'
import { liveStream } from './live.ts'
import { whenSeen } from './when-seen.ts'

/** Milliseconds between two looks whether this browser was signed in meanwhile, in another tab. */
const lookMs = 5000

const [isSignedIn, setSignedIn] = createSignal(true)

/** Whether the server knows this browser; true until it says otherwise. */
export { isSignedIn }

let cancel = (): void => undefined
let started = false

/** Watches for the server's refusal, and then for the cookie that another tab is given, for as long as the page lives. */
export function watchSession(): void {
  if (started) return
  started = true
  onSignedOut(() => {
    if (!isSignedIn()) return
    setSignedIn(false)
    cancel = whenSeen(lookAtSession, lookMs)
  })
}

/** Looks at once whether this browser is signed in again. */
export function lookAtSession(): void {
  cancel()
  api.anything().then(() => {
    setSignedIn(true)
    liveStream().hurry()
  }, () => { cancel = whenSeen(lookAtSession, lookMs) })
}
