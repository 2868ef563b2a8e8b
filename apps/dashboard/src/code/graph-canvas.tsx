import type { FileGraph } from '@codeforge/contracts/code'
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { plural } from '../format/quantity.ts'
import { languageColours } from './graph-colours.ts'
import { Neighbours } from './graph-neighbours.tsx'
import { usePicture } from './use-picture.ts'

const suggested = 500
const listed = 50

/** The picture of a graph, what it says in words, and a way to each file by pointer or keyboard. */
export function GraphCanvas(props: { readonly graph: FileGraph }): JSX.Element {
  const [chosen, setChosen] = createSignal<string | null>(null)
  const [wanted, setWanted] = createSignal('')
  const [container, setContainer] = createSignal<HTMLElement>()
  const choose = (path: string | null): void => {
    setChosen(path)
    picture.drawn()?.focus(path)
  }
  const picture = usePicture(container, () => props.graph, choose)
  createEffect(on(() => props.graph, () => setChosen(null)))
  const matching = createMemo(() => props.graph.files.filter(({ path }) => path.toLowerCase().includes(wanted().toLowerCase())))
  const find = (value: string): void => {
    setWanted(value.trim())
    if (props.graph.files.some(({ path }) => path === value.trim())) choose(value.trim())
  }
  const findByKey = (event: KeyboardEvent): void => { if (event.key === 'Enter') choose(matching()[0]?.path ?? null) }
  return (
    <div class="stack-small">
      <div class="row row-between">
        <p class="faint small">{plural(props.graph.files.length, 'file')}, {plural(props.graph.edges.length, 'connection')}<Show when={props.graph.leftOut > 0}>; {plural(props.graph.leftOut, 'file')} found no room</Show>.</p>
        <label class="inline-field">Find a file <input class="mono" list="graph-files" onInput={(event) => { find(event.currentTarget.value) }} onKeyDown={findByKey} autocomplete="off" /></label>
        <datalist id="graph-files">{props.graph.files.slice(0, suggested).map(({ path }) => <option value={path} />)}</datalist>
      </div>
      <Show when={picture.failed()}><p class="notice notice-warning">This browser cannot draw the graph: it has no WebGL. The list below says the same in words.</p></Show>
      <div class="graph-frame" hidden={picture.failed()}>
        <div class="graph-canvas" ref={setContainer} role="img" aria-label="Files of the repository and what connects them; the list below says the same in words" />
        <div class="graph-tools">
          <button type="button" class="button button-small" aria-label="Zoom in" onClick={() => picture.drawn()?.zoom('in')}>+</button>
          <button type="button" class="button button-small" aria-label="Zoom out" onClick={() => picture.drawn()?.zoom('out')}>−</button>
          <button type="button" class="button button-small" onClick={() => { choose(null); picture.drawn()?.zoom('whole') }}>All</button>
        </div>
      </div>
      <Legend graph={props.graph} />
      <Show when={chosen()}>{(path) => <Neighbours graph={props.graph} path={path()} onChoose={choose} />}</Show>
      <FileList matching={matching()} wanted={wanted()} open={picture.failed() || wanted() !== ''} chosen={chosen()} onChoose={choose} />
    </div>
  )
}

interface FileListProps {
  readonly matching: FileGraph['files']
  readonly wanted: string
  readonly open: boolean
  readonly chosen: string | null
  readonly onChoose: (path: string) => void
}

function FileList(props: FileListProps): JSX.Element {
  return (
    <details open={props.open}>
      <summary class="small">{props.wanted === '' ? 'The files as a list' : `${plural(props.matching.length, 'file')} with “${props.wanted}” in the path`}</summary>
      <ol class="graph-list">
        <For each={props.matching.slice(0, listed)}>{({ path }) => <li><button type="button" class="link-button mono small wrap-anywhere" aria-pressed={props.chosen === path} onClick={() => { props.onChoose(path) }}>{path}</button></li>}</For>
      </ol>
      <Show when={props.matching.length > listed}><p class="faint small">The {listed} most important of them; “Find a file” narrows it down.</p></Show>
    </details>
  )
}

function Legend(props: { readonly graph: FileGraph }): JSX.Element {
  return (
    <ul class="row small muted" aria-label="Colours of the languages">
      <For each={languageColours(props.graph)}>{({ language, colour, files }) => <li class="row"><span class="swatch" style={{ background: colour }} aria-hidden="true" />{language || 'other'} {files}</li>}</For>
    </ul>
  )
}
