import { createSignal, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { scrollStop } from '../components/scroll-stop.ts'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { ErrorNotice, Loading } from '../components/notice.tsx'
import { plural } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'
import type { CodeViewProps } from './code-view-props.ts'

const budgets = [1000, 2000, 4000, 8000, 16_000] as const

/** The map as an agent sees it: the most important definitions within a budget of tokens. */
export function CodeMapView(props: CodeViewProps): JSX.Element {
  const [wanted, setWanted] = createSignal({ tokens: 2000, focus: '' })
  const map = useLoad(() => ({ id: props.projectId, ...wanted() }), async ({ id, tokens, focus }) => {
    const answer = await api.codeMap(id, tokens, focus)
    props.onAnswered()
    return answer
  })
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setWanted({ tokens: Number(form.get('tokens')), focus: String(form.get('focus') ?? '').trim() })
  }
  return (
    <div class="stack">
      <form class="form-line" onSubmit={submit} aria-label="Map">
        <Field label="Tokens">{(ids) => <select {...ids} name="tokens">{budgets.map((tokens) => <option value={tokens} selected={tokens === 2000}>{tokens.toLocaleString('en')}</option>)}</select>}</Field>
        <Field label="For a task" hint="The map leans to it.">{(ids) => <input {...ids} name="focus" maxlength={20_000} autocomplete="off" />}</Field>
        <button type="submit" class="button" disabled={map.loading()}>Draw it</button>
      </form>
      <ErrorNotice error={map.error()} onRetry={map.reload} />
      <Show when={map.value()} fallback={<Show when={map.loading()}><Loading label="Reading the repository" /></Show>}>
        {(answer) => (
          <>
            <p class="faint small">{plural(answer().result.files.length, 'file')}, {answer().result.tokens.toLocaleString('en')} tokens<Show when={answer().result.symbolsLeftOut > 0}>; {plural(answer().result.symbolsLeftOut, 'definition')} found no room</Show>.</p>
            <pre class="code map-text" ref={scrollStop} role="region" aria-label="The map">{answer().result.text}</pre>
          </>
        )}
      </Show>
    </div>
  )
}
