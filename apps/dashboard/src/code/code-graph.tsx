import { createSignal, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { useLoad } from '../store/use-load.ts'
import type { CodeViewProps } from './code-view-props.ts'
import { GraphCanvas } from './graph-canvas.tsx'
import { StoredGraphLine } from './stored-graph-line.tsx'

const sizes = [100, 300, 1000, 3000] as const

/** The most important files and what connects them: drag to pan, scroll to zoom, choose a file for its neighbours. */
export function CodeGraphView(props: CodeViewProps): JSX.Element {
  const [wanted, setWanted] = createSignal({ top: 300, focus: '' })
  const graph = useLoad(() => ({ id: props.projectId, ...wanted() }), async ({ id, top, focus }) => {
    const answer = await api.codeGraph(id, top, focus)
    props.onAnswered()
    return answer
  })
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setWanted({ top: Number(form.get('top')), focus: String(form.get('focus') ?? '').trim() })
  }
  return (
    <div class="stack">
      <StoredGraphLine projectId={props.projectId} />
      <form class="form-line" onSubmit={submit} aria-label="Graph">
        <Field label="Files">{(ids) => <select {...ids} name="top">{sizes.map((size) => <option value={size} selected={size === 300}>{size.toLocaleString('en')}</option>)}</select>}</Field>
        <Field label="For a task" hint="Files that have to do with it come first.">{(ids) => <input {...ids} name="focus" maxlength={20_000} autocomplete="off" />}</Field>
        <button type="submit" class="button" disabled={graph.loading()}>Draw it</button>
      </form>
      <ErrorNotice error={graph.error()} onRetry={graph.reload} />
      <Show when={graph.value()} fallback={<Show when={graph.loading()}><Loading label="Reading the repository" /></Show>}>
        {(answer) => (
          <Show when={answer().result.files.length > 0} fallback={<Empty title="Nothing connects here yet." />}>
            <GraphCanvas graph={answer().result} />
          </Show>
        )}
      </Show>
    </div>
  )
}
