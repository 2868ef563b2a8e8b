import type { CodeHit } from '@codeforge/contracts/code'
import type { DeepOutcome } from '@codeforge/contracts/deep-search'
import { A, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import type { Answered } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { Empty, ErrorNotice } from '../components/notice.tsx'
import { firstReading, Patience } from '../components/patience.tsx'
import { useAction } from '../components/use-action.ts'
import { money, plural } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'
import type { CodeViewProps } from './code-view-props.ts'
import { Excerpt } from './excerpt.tsx'

interface Found extends Answered<readonly CodeHit[]> {
  /** Null where no model was asked. */
  readonly deep: DeepOutcome | null
}

interface Wanted {
  readonly query: string
  readonly files: boolean
  readonly under: string
}

/** Finds places by a task, question, error message or name, and says why each was found. What is looked for is part of the address. */
export function CodeSearchView(props: CodeViewProps): JSX.Element {
  const [search, setSearch] = useSearchParams<{ q: string; files: string; under: string }>()
  const wanted = createMemo((): Wanted => ({ query: search.q ?? '', files: search.files !== undefined, under: search.under ?? '' }), undefined, { equals: isSame })
  const answered = <Answer,>(answer: Answer): Answer => {
    props.onAnswered()
    return answer
  }
  const plain = useLoad(wanted, async ({ query, files, under }): Promise<Found | null> => {
    if (query === '') return null
    return { ...answered(await api.searchCode(props.projectId, { query, files, ...(under !== '' && { under }) })), deep: null }
  })
  // Not by the address: it costs money, and is asked for by hand each time.
  const action = useAction()
  const [deep, setDeep] = createSignal<Found | null>(null)
  createEffect(on(wanted, () => setDeep(null)))
  const submit = (next: Wanted, deeply: boolean): void => {
    if (deeply) {
      return action.start(async () => {
        const { status, result } = answered(await api.searchDeeply(props.projectId, { query: next.query, ...(next.under !== '' && { under: next.under }) }))
        setDeep({ status, result: result.hits, deep: result })
      })
    }
    setDeep(null)
    if (isSame(next, wanted())) plain.reload()
    else setSearch({ q: next.query, files: next.files ? 'only' : null, under: next.under || null })
  }
  const busy = (): boolean => action.busy() || (plain.loading() && wanted().query !== '')
  return (
    <div class="stack">
      <SearchForm wanted={wanted()} busy={busy()} onSubmit={submit} />
      <ErrorNotice error={action.error() ?? plain.error()} />
      <Patience busy={busy()}>{action.busy() ? 'A model is asked; that may take a minute…' : firstReading}</Patience>
      <div aria-live="polite" aria-busy={busy()}><Show when={deep() ?? plain.value()}>{(found) => <Hits projectId={props.projectId} found={found()} />}</Show></div>
    </div>
  )
}

function isSame(a: Wanted, b: Wanted): boolean {
  return a.query === b.query && a.files === b.files && a.under === b.under
}

function SearchForm(props: { readonly wanted: Wanted; readonly busy: boolean; readonly onSubmit: (wanted: Wanted, deeply: boolean) => void }): JSX.Element {
  // A model orders places: files alone are not among what it is asked for.
  const [deep, setDeep] = createSignal(false)
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    if (text('query') !== '') props.onSubmit({ query: text('query'), files: form.get('files') !== null, under: text('under') }, deep())
  }
  return (
    <form class="stack-small" onSubmit={submit} role="search" aria-label="Search the code">
      <Field label="What are you looking for?" hint="A task, a question, an error message or a name.">
        {(ids) => <input {...ids} name="query" type="search" required maxlength={20_000} autocomplete="off" value={props.wanted.query} />}
      </Field>
      <div class="row row-between">
        <span class="row">
          <label class="check"><input type="checkbox" name="files" checked={props.wanted.files} disabled={deep()} /> Files only</label>
          <label class="check"><input type="checkbox" name="deep" checked={deep()} onChange={(event) => setDeep(event.currentTarget.checked)} /> Ask a model</label>
          <label class="inline-field">Only below <input name="under" class="mono" placeholder="src/" maxlength={4096} value={props.wanted.under} /></label>
        </span>
        <button type="submit" class="button button-primary" disabled={props.busy}>{props.busy ? 'Searching…' : 'Search'}</button>
      </div>
    </form>
  )
}

function Hits(props: { readonly projectId: string; readonly found: Found }): JSX.Element {
  return (
    <div class="stack-small">
      <p class="faint small">{plural(props.found.result.length, 'hit')} in {plural(props.found.status.files, 'file')}{props.found.status.exact ? '' : '; symbols come from a quick scan so far'}<Show when={props.found.status.semantic}>{(semantic) => <>. Searched by {semantic().text}.</>}</Show></p>
      <Show when={props.found.deep}>{(deep) => <DeepLine deep={deep()} />}</Show>
      <ol class="rule-list" aria-label="Hits">
        <For each={props.found.result} fallback={<li><Empty title="Nothing was found."><p class="muted">Other words, or a name from the code, may find it.</p></Empty></li>}>{(hit) => <Hit projectId={props.projectId} hit={hit} />}</For>
      </ol>
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

function Hit(props: { readonly projectId: string; readonly hit: CodeHit }): JSX.Element {
  // What weighs most says most; the rest unfolds.
  const [isOpen, setOpen] = createSignal(false)
  const because = (): string => props.hit.why.slice(0, 2).map(({ text }) => text).join('; ')
  return (
    <li class="rule">
      <p class="row row-between">
        <span class="mono wrap-anywhere">{props.hit.path}<span class="faint">:{props.hit.startLine}–{props.hit.endLine}</span></span>
        <Show when={props.hit.symbol}>{(symbol) => <A class="wrap-anywhere" href={`/projects/${props.projectId}/code/symbols?name=${encodeURIComponent(symbol())}`} title="Where it is defined and used"><code>{symbol()}</code></A>}</Show>
      </p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary class="small muted">{because() || 'Why this file'}</summary>
        <ul class="why">
          <For each={props.hit.why}>
            {(reason) => (
              <li class="small">
                <meter min="0" max="1" value={reason.share} aria-label={`${Math.round(reason.share * 100)} % of the score`} /> <span class="faint share">{Math.round(reason.share * 100)} %</span> {reason.text}
              </li>
            )}
          </For>
        </ul>
        <Show when={isOpen()}><Excerpt projectId={props.projectId} place={props.hit} /></Show>
      </details>
    </li>
  )
}
