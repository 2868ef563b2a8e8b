import { createEffect, For, on, Show } from 'solid-js'
import type { JSX } from 'solid-js'

export interface Tab {
  readonly id: string
  readonly label: string
  readonly count?: number | undefined
}

/** Tabs by the pattern of WAI-ARIA: arrow keys move, the panel follows. */
export function Tabs(props: {
  readonly label: string
  readonly tabs: readonly Tab[]
  readonly selected: string
  readonly onSelect: (id: string) => void
  readonly children: JSX.Element
}): JSX.Element {
  const move = (event: KeyboardEvent): void => {
    const index = props.tabs.findIndex(({ id }) => id === props.selected)
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: props.tabs.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    const tab = props.tabs.at(next % props.tabs.length)
    if (!tab) return
    props.onSelect(tab.id)
    document.getElementById(`tab-${tab.id}`)?.focus()
  }
  // On a narrow screen not all tabs have room beside each other; the selected one comes into sight.
  createEffect(on(() => props.selected, (id) => { document.getElementById(`tab-${id}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) }))
  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={props.label} onKeyDown={move}>
        <For each={props.tabs}>
          {(tab) => (
            <button
              type="button" role="tab" class="tab" id={`tab-${tab.id}`} aria-controls="tab-panel"
              aria-selected={props.selected === tab.id} tabIndex={props.selected === tab.id ? 0 : -1}
              onClick={() => { props.onSelect(tab.id) }}
            >
              {tab.label}<Show when={tab.count}>{(count) => <span class="count">{count()}</span>}</Show>
            </button>
          )}
        </For>
      </div>
      <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${props.selected}`} tabIndex={0}>{props.children}</div>
    </div>
  )
}
