import { createSignal } from 'solid-js'

const [now, setNow] = createSignal(Date.now())
setInterval(() => { if (document.visibilityState === 'visible') setNow(Date.now()) }, 1000)

/** The time, a second at a time. */
export { now }
