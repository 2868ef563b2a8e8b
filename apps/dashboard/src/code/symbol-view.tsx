import type { ReferencePlace, SymbolPlace } from '@codeforge/contracts/code'
import { useSearchParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { firstReading, Patience } from '../components/patience.tsx'
import { useLoad } from '../store/use-load.ts'
import type { CodeViewProps } from './code-view-props.ts'

interface Known {
  readonly definitions: readonly SymbolPlace[]
  readonly references: readonly ReferencePlace[]
}

/** Where a name is defined and where it is used; the name is part of the address. */
export function SymbolView(props: CodeViewProps): JSX.Element {
  const [search, setSearch] = useSearchParams<{ name: string }>()
  const known = useLoad(() => search.name ?? '', async (name): Promise<Known | null> => {
    if (name === '') return null
    const [definitions, references] = await Promise.all([api.symbol(props.projectId, name), api.references(props.projectId, name)])
    props.onAnswered()
    return { definitions: definitions.result, references: references.result }
  })
  const busy = (): boolean => known.loading() && (search.name ?? '') !== ''
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name')).trim()
    if (name === search.name) known.reload()
    else setSearch({ name: name || null })
  }
  return (
    <div class="stack">
      <form class="form-line" onSubmit={submit} aria-label="Look up a symbol">
        <Field label="Name of a function, class, type …">{(ids) => <input {...ids} name="name" class="mono" required maxlength={500} autocomplete="off" value={search.name ?? ''} />}</Field>
        <button type="submit" class="button" disabled={busy()}>Look it up</button>
      </form>
      <ErrorNotice error={known.error()} />
      <Patience busy={busy()}>{firstReading}</Patience>
      <Show when={known.value()}>
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
