import { createMemo, For } from 'solid-js'
import type { Accessor, JSX } from 'solid-js'

/** Shows items by their ids: one that comes again with other contents keeps its place on the page, with the focus and whatever was typed there. */
export function ById<Item extends { readonly id: string }>(props: {
  readonly each: readonly Item[] | undefined
  readonly fallback?: JSX.Element
  readonly children: (item: Accessor<Item>) => JSX.Element
}): JSX.Element {
  const items = createMemo(() => new Map((props.each ?? []).map((item) => [item.id, item])))
  return (
    <For each={[...items().keys()]} fallback={props.fallback}>
      {(id) => {
        // The last contents stand in while an item that has gone is being taken off the page.
        const item = createMemo((before: Item | undefined) => items().get(id) ?? before)
        return props.children(item as Accessor<Item>)
      }}
    </For>
  )
}
