import type { ReferencePlace, SymbolPlace } from '@codeforge/contracts/code'
import { createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'

interface Known {
  readonly definitions: readonly SymbolPlace[]
  readonly references: readonly ReferencePlace[]
}

/** Where a name is defined and where it is used. */
export function SymbolView(props: { readonly projectId: string }): JSX.Element {
  const action = useAction()
  const [known, setKnown] = createSignal<Known | null>(null)
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name')).trim()
    action.start(async () => {
      const [definitions, references] = await Promise.all([api.symbol(props.projectId, name), api.references(props.projectId, name)])
      setKnown({ definitions: definitions.result, references: references.result })
    })
  }
  return (
    <div class="stack">
      <form class="form-line" onSubmit={submit} aria-label="Look up a symbol">
        <Field label="Name of a function, class, type …">{(ids) => <input {...ids} name="name" class="mono" required maxlength={500} autocomplete="off" />}</Field>
        <button type="submit" class="button" disabled={action.busy()}>Look it up</button>
      </form>
      <ErrorNotice error={action.error()} />
      <Show when={known()}>
        {(places) => (
          <>
            <section class="stack-small" aria-labelledby="defined">
              <h2 id="defined">Defined</h2>
              <ul class="rule-list">
                <For each={places().definitions} fallback={<li class="muted">Nowhere that is known.</li>}>
                  {(place) => <li class="rule"><p class="mono wrap-anywhere">{place.path}:{place.startLine}</p><p class="mono small wrap-anywhere">{place.signature || `${place.kind} ${place.name}`}</p></li>}
                </For>
              </ul>
            </section>
            <section class="stack-small" aria-labelledby="used">
              <h2 id="used">Used</h2>
              <ul class="rule-list">
                <For each={places().references} fallback={<li class="muted">Nowhere that is known.</li>}>
                  {(place) => <li class="row small rule-line"><span class="mono wrap-anywhere">{place.path}:{place.line}</span><span class="muted">{place.kind}{place.within === null ? '' : ` in ${place.within}`}</span></li>}
                </For>
              </ul>
            </section>
          </>
        )}
      </Show>
    </div>
  )
}
