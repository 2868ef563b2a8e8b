import type { CodeHit } from '@codeforge/contracts/code'
import type { DeepOutcome } from '@codeforge/contracts/deep-search'
import { createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import type { Answered } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { Empty, ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { money, plural } from '../format/quantity.ts'

interface Found extends Answered<readonly CodeHit[]> {
  /** Null where no model was asked. */
  readonly deep: DeepOutcome | null
}

/** Finds places by a task, question, error message or name, and says why each was found. */
export function CodeSearchView(props: { readonly projectId: string }): JSX.Element {
  const action = useAction()
  const [found, setFound] = createSignal<Found | null>(null)
  // A model orders places: files alone are not among what it is asked for.
  const [deep, setDeep] = createSignal(false)
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const under = String(form.get('under') ?? '').trim()
    const wanted = { query: String(form.get('query')), ...(under !== '' && { under }) }
    const deeply = deep()
    action.start(async () => {
      if (!deeply) return void setFound({ ...await api.searchCode(props.projectId, { ...wanted, files: form.get('files') !== null }), deep: null })
      const { status, result } = await api.searchDeeply(props.projectId, wanted)
      setFound({ status, result: result.hits, deep: result })
    })
  }
  return (
    <div class="stack">
      <form class="stack-small" onSubmit={submit} role="search" aria-label="Search the code">
        <Field label="What are you looking for?" hint="A task, a question, an error message or a name.">
          {(ids) => <input {...ids} name="query" required maxlength={20_000} autocomplete="off" />}
        </Field>
        <div class="row row-between">
          <span class="row">
            <label class="check"><input type="checkbox" name="files" disabled={deep()} /> Files only</label>
            <label class="check"><input type="checkbox" name="deep" checked={deep()} onChange={(event) => setDeep(event.currentTarget.checked)} /> Ask a model</label>
            <label class="inline-field">Only below <input name="under" class="mono" placeholder="src/" maxlength={4096} /></label>
          </span>
          <button type="submit" class="button button-primary" disabled={action.busy()}>{action.busy() ? 'Searching…' : 'Search'}</button>
        </div>
      </form>
      <ErrorNotice error={action.error()} />
      <div aria-live="polite">
        <Show when={found()}>
          {(answer) => (
            <div class="stack-small">
              <p class="faint small">{plural(answer().result.length, 'hit')} in {plural(answer().status.files, 'file')}{answer().status.exact ? '' : '; symbols come from a quick scan so far'}<Show when={answer().status.semantic}>{(semantic) => <>. Searched by {semantic().text}.</>}</Show></p>
              <Show when={answer().deep}>{(deep) => <DeepLine deep={deep()} />}</Show>
              <ol class="rule-list" aria-label="Hits">
                <For each={answer().result} fallback={<li><Empty title="Nothing was found."><p class="muted">Other words, or a name from the code, may find it.</p></Empty></li>}>{(hit) => <Hit hit={hit} />}</For>
              </ol>
            </div>
          )}
        </Show>
      </div>
    </div>
  )
}

/** What the model made of the query, and what that cost. */
function DeepLine(props: { readonly deep: DeepOutcome }): JSX.Element {
  return (
    <div class="small muted">
      <p>Searched for {props.deep.queries.map((query) => `“${query}”`).join(', ')}; {plural(props.deep.candidates, 'place')}, ordered by {props.deep.reranked ? 'the model' : 'their scores'}; {props.deep.spent.tokens.toLocaleString('en')} tokens, {money(props.deep.spent.microUsd)}.</p>
      <For each={props.deep.notes}>{(note) => <p>{note}</p>}</For>
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
