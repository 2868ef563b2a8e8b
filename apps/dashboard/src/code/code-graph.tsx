import type { FileGraph } from '@codeforge/contracts/code'
import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { plural } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'
import { drawGraph } from './draw-graph.ts'
import type { DrawnGraph } from './draw-graph.ts'
import { StoredGraphLine } from './stored-graph-line.tsx'

const sizes = [100, 300, 1000, 3000] as const

/** The most important files and what connects them: drag to pan, scroll to zoom, click a file for its neighbours. */
export function CodeGraphView(props: { readonly projectId: string }): JSX.Element {
  const [wanted, setWanted] = createSignal({ top: 300, focus: '' })
  const graph = useLoad(() => ({ id: props.projectId, ...wanted() }), async ({ id, top, focus }) => api.codeGraph(id, top, focus))
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
            <Canvas graph={answer().result} />
          </Show>
        )}
      </Show>
    </div>
  )
}

function Canvas(props: { readonly graph: FileGraph }): JSX.Element {
  const [chosen, setChosen] = createSignal<string | null>(null)
  const [failed, setFailed] = createSignal(false)
  let container: HTMLDivElement | undefined
  let drawn: DrawnGraph | undefined
  createEffect(on(() => props.graph, (graph) => {
    drawn?.destroy()
    setChosen(null)
    try {
      if (container) drawn = drawGraph(container, graph, setChosen)
    } catch {
      setFailed(true)
    }
  }))
  onCleanup(() => drawn?.destroy())
  const find = (event: InputEvent & { readonly currentTarget: HTMLInputElement }): void => {
    const wanted = event.currentTarget.value.trim()
    const file = wanted === '' ? undefined : props.graph.files.find(({ path }) => path.includes(wanted))
    drawn?.focus(file?.path ?? null)
  }
  return (
    <div class="stack-small">
      <div class="row row-between">
        <p class="faint small">{plural(props.graph.files.length, 'file')}, {plural(props.graph.edges.length, 'connection')}<Show when={props.graph.leftOut > 0}>; {plural(props.graph.leftOut, 'file')} found no room</Show>.</p>
        <label class="inline-field">Find <input class="mono" list="graph-files" onInput={find} autocomplete="off" /></label>
        <datalist id="graph-files">{props.graph.files.slice(0, 500).map(({ path }) => <option value={path} />)}</datalist>
      </div>
      <Show when={failed()}><p class="notice notice-warning">This browser cannot draw the graph: it has no WebGL. The map and the search say the same in words.</p></Show>
      <div class="graph-canvas" ref={(element) => { container = element }} role="img" aria-label="Files of the repository and what connects them" />
      <Show when={chosen()}>{(path) => <Neighbours graph={props.graph} path={path()} />}</Show>
    </div>
  )
}

function Neighbours(props: { readonly graph: FileGraph; readonly path: string }): JSX.Element {
  const lines = (): readonly string[] => {
    const place = props.graph.files.findIndex(({ path }) => path === props.path)
    const name = (other: number): string => props.graph.files[other]?.path ?? ''
    return props.graph.edges.flatMap(({ from, to, kind }) => {
      if (from === place) return [`${verbs[kind]} ${name(to)}`]
      return to === place ? [`${passive[kind]} ${name(from)}`] : []
    })
  }
  return (
    <section class="card stack-small" aria-live="polite">
      <h2 class="card-title mono wrap-anywhere">{props.path}</h2>
      <ul>{lines().slice(0, 60).map((line) => <li class="small mono wrap-anywhere">{line}</li>)}</ul>
    </section>
  )
}

const verbs = { import: 'imports', call: 'calls', inherit: 'inherits from', reference: 'mentions' } as const
const passive = { import: 'is imported by', call: 'is called by', inherit: 'is inherited by', reference: 'is mentioned by' } as const
