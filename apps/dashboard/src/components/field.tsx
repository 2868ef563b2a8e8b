import { createUniqueId, Show } from 'solid-js'
import type { JSX } from 'solid-js'

/** A labelled control: `children` gets the id that the label and the hint speak of. */
export function Field(props: { readonly label: string; readonly hint?: string; readonly children: (ids: { id: string; 'aria-describedby'?: string }) => JSX.Element }): JSX.Element {
  const id = createUniqueId()
  const hintId = `${id}-hint`
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children(props.hint === undefined ? { id } : { id, 'aria-describedby': hintId })}
      <Show when={props.hint}>{(hint) => <p class="hint" id={hintId}>{hint()}</p>}</Show>
    </div>
  )
}
