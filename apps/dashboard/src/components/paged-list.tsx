import { createMemo, createSignal, For, Index, Show } from 'solid-js'
import type { Accessor, JSX } from 'solid-js'

const pageSize = 40
const pagesAtFirst = 3

/**
 * A list that only grows. Items keep their place on the page while they change, and of a long list the end is shown
 * first: earlier pages come on demand, so that thousands of items stay cheap.
 */
export function PagedList<Item>(props: {
  readonly each: readonly Item[]
  readonly noun: string
  /** True while the beginning is still coming in. */
  readonly filling?: boolean
  readonly children: (item: Accessor<Item>, index: number) => JSX.Element
}): JSX.Element {
  const [wanted, setWanted] = createSignal(pagesAtFirst)
  const pages = createMemo(() => Math.ceil(props.each.length / pageSize))
  // What is on the page stays there while the list grows below it, so the first page shown never moves on by itself.
  const first = createMemo<number>((before) => {
    const last = Math.max(0, pages() - wanted())
    return props.filling === true || before === undefined || before > last ? last : before
  })
  const numbers = createMemo(() => Array.from({ length: pages() - first() }, (_, index) => first() + index))
  return (
    <>
      <Show when={first() > 0}>
        <button type="button" class="button earlier" onClick={() => { setWanted(pages() - first() + pagesAtFirst) }}>
          Show earlier {props.noun} ({first() * pageSize} hidden)
        </button>
      </Show>
      <For each={numbers()}>
        {(page) => (
          <Index each={props.each.slice(page * pageSize, (page + 1) * pageSize)}>
            {(item, index) => props.children(item, page * pageSize + index)}
          </Index>
        )}
      </For>
    </>
  )
}
