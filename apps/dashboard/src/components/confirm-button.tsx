import { createUniqueId, Show } from 'solid-js'
import type { JSX } from 'solid-js'

/** A button whose effect is asked about first, in a native dialog. */
export function ConfirmButton(props: {
  readonly label: string
  readonly question: string
  readonly detail: string
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly onConfirm: () => void
}): JSX.Element {
  const titleId = createUniqueId()
  let dialog: HTMLDialogElement | undefined
  const ask = (): void => {
    if (!dialog) return
    dialog.returnValue = '' // of the time before: who closes the dialog by a key has not answered
    dialog.showModal()
  }
  return (
    <>
      <button type="button" class="button" classList={{ 'button-danger': props.danger === true }} disabled={props.disabled} onClick={ask}>
        {props.label}
      </button>
      <dialog ref={(element) => { dialog = element }} class="dialog" aria-labelledby={titleId} onClose={() => { if (dialog?.returnValue === 'yes') props.onConfirm() }}>
        <form method="dialog" class="stack">
          <h2 id={titleId}>{props.question}</h2>
          <Show when={props.detail}><p class="muted">{props.detail}</p></Show>
          <div class="row row-end">
            <button class="button" value="no" autofocus>Back</button>
            <button class="button" classList={{ 'button-danger': props.danger === true, 'button-primary': props.danger !== true }} value="yes">{props.label}</button>
          </div>
        </form>
      </dialog>
    </>
  )
}
