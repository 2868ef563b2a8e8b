import { createEffect, createSignal, onCleanup, Show } from 'solid-js'
import type { JSX } from 'solid-js'

/** Milliseconds after which somebody begins to wonder. */
const wonderMs = 1500

/** Why the first question about a repository takes longer than the others. */
export const firstReading = 'The repository is read for the first time; thousands of files take a few seconds…'

/** Says why something takes long, once it does. */
export function Patience(props: { readonly busy: boolean; readonly children: JSX.Element }): JSX.Element {
  const [long, setLong] = createSignal(false)
  createEffect(() => {
    setLong(false)
    if (!props.busy) return
    const timer = setTimeout(() => setLong(true), wonderMs) // a quick answer needs no explanation
    onCleanup(() => { clearTimeout(timer) })
  })
  return <div role="status"><Show when={props.busy && long()}><p class="loading">{props.children}</p></Show></div>
}
