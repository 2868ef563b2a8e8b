import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { connection } from '../store/live.ts'
import { When } from './when.tsx'

/** Milliseconds without a connection after which it is worth a word: a server that is started anew is back before. */
const patienceMs = 3000

/** Says that the page stands still, and since when; goes when the server is back. */
export function Outage(): JSX.Element {
  const [lostAt, setLostAt] = createSignal<string | null>(null)
  const [long, setLong] = createSignal(false)
  createEffect(on(connection, (state) => {
    if (state === 'open') {
      setLostAt(null)
      setLong(false)
    } else setLostAt((before) => before ?? new Date().toISOString())
  }))
  createEffect(() => {
    if (lostAt() === null) return
    const timer = setTimeout(() => setLong(true), patienceMs) // a short outage is not worth a banner
    onCleanup(() => { clearTimeout(timer) })
  })
  return (
    <div role="status">
      <Show when={long() && lostAt()}>
        {(at) => <p class="outage">CodeForge does not answer. What you see is as it was <When at={at()} />; it goes on by itself when CodeForge is back. What you type here stays.</p>}
      </Show>
    </div>
  )
}
