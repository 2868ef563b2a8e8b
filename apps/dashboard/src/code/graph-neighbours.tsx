import type { FileGraph } from '@codeforge/contracts/code'
import { createMemo, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { plural } from '../format/quantity.ts'

interface Neighbour {
  readonly verb: string
  readonly path: string
}

const shown = 60
const verbs = { import: 'imports', call: 'calls', inherit: 'inherits from', reference: 'mentions' } as const
const passive = { import: 'is imported by', call: 'is called by', inherit: 'is inherited by', reference: 'is mentioned by' } as const

/** What a file has to do with others; each of them may be gone to. */
export function Neighbours(props: { readonly graph: FileGraph; readonly path: string; readonly onChoose: (path: string) => void }): JSX.Element {
  const neighbours = createMemo(() => neighboursOf(props.graph, props.path))
  return (
    <section class="card stack-small" aria-live="polite">
      <h2 class="card-title mono wrap-anywhere">{props.path}</h2>
      <ul>
        <For each={neighbours().slice(0, shown)} fallback={<li class="muted small">Nothing of what is drawn connects to it.</li>}>
          {({ verb, path }) => <li class="small mono wrap-anywhere">{verb} <button type="button" class="link-button" onClick={() => { props.onChoose(path) }}>{path}</button></li>}
        </For>
      </ul>
      <Show when={neighbours().length > shown}><p class="faint small">and {plural(neighbours().length - shown, 'more connection')}</p></Show>
    </section>
  )
}

function neighboursOf({ files, edges }: FileGraph, of: string): readonly Neighbour[] {
  const place = files.findIndex(({ path }) => path === of)
  const name = (other: number): string => files[other]?.path ?? ''
  return edges.flatMap(({ from, to, kind }): Neighbour[] => {
    if (from === place) return [{ verb: verbs[kind], path: name(to) }]
    return to === place ? [{ verb: passive[kind], path: name(from) }] : []
  })
}
