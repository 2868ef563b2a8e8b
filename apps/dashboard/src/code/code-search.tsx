import type { CodeHit } from '@codeforge/contracts/code'
import { createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import type { Answered } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { Empty, ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { plural } from '../format/quantity.ts'

/** Finds places by a task, question, error message or name, and says why each was found. */
export function CodeSearchView(props: { readonly projectId: string }): JSX.Element {
  const action = useAction()
  const [found, setFound] = createSignal<Answered<readonly CodeHit[]> | null>(null)
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const under = String(form.get('under') ?? '').trim()
    action.start(async () => {
      setFound(await api.searchCode(props.projectId, { query: String(form.get('query')), files: form.get('files') !== null, ...(under !== '' && { under }) }))
    })
  }
  return (
    <div class="stack">
      <form class="stack-small" onSubmit={submit} role="search" aria-label="Search the code">
        <Field label="What are you looking for?" hint="A task, a question, an error message or a name.">
          {(ids) => <input {...ids} name="query" required maxlength={20_000} autocomplete="off" />}
        </Field>
        <div class="row row-between">
          <label class="check"><input type="checkbox" name="files" /> Files only</label>
          <label class="inline-field">below <input name="under" class="mono" placeholder="src/" maxlength={4096} /></label>
          <button type="submit" class="button button-primary" disabled={action.busy()}>{action.busy() ? 'Searching…' : 'Search'}</button>
        </div>
      </form>
      <ErrorNotice error={action.error()} />
      <div aria-live="polite">
        <Show when={found()}>
          {(answer) => (
            <div class="stack-small">
              <p class="faint small">{plural(answer().result.length, 'hit')} in {plural(answer().status.files, 'file')}{answer().status.exact ? '' : '; symbols come from a quick scan so far'}<Show when={answer().status.semantic}>{(semantic) => <>. Searched by {semantic().text}.</>}</Show></p>
              <ol class="rule-list" aria-label="Hits">
                <For each={answer().result} fallback={<li><Empty title="Nothing was found." /></li>}>{(hit) => <Hit hit={hit} />}</For>
              </ol>
            </div>
          )}
        </Show>
      </div>
    </div>
  )
}

function Hit(props: { readonly hit: CodeHit }): JSX.Element {
  return (
    <li class="rule">
      <p class="row row-between">
        <span class="mono wrap-anywhere">{props.hit.path}<span class="faint">:{props.hit.startLine}–{props.hit.endLine}</span></span>
        <Show when={props.hit.symbol}>{(symbol) => <code>{symbol()}</code>}</Show>
      </p>
      <details>
        <summary class="small muted">{props.hit.why[0]?.text ?? 'Why this file'}</summary>
        <ul class="why">
          <For each={props.hit.why}>
            {(reason) => (
              <li class="small">
                <meter min="0" max="1" value={reason.share} aria-label={`${Math.round(reason.share * 100)} % of the score`} /> {reason.text}
              </li>
            )}
          </For>
        </ul>
      </details>
    </li>
  )
}
