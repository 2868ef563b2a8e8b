import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import type { JSX } from 'solid-js'
import { prosePieces } from '../format/prose-pieces.ts'

const longText = 1200
const beginning = 500

/** What a person or a model wrote, as text: code stands out, nothing is ever HTML. */
export function Prose(props: { readonly text: string; readonly class?: string }): JSX.Element {
  const pieces = createMemo(() => prosePieces(props.text.trim()))
  return (
    <div class={`prose ${props.class ?? ''}`}>
      <For each={pieces()}>
        {(piece) => (
          <Switch fallback={piece.text}>
            <Match when={piece.kind === 'code'}><code>{piece.text}</code></Match>
            <Match when={piece.kind === 'block'}><pre class="code">{piece.text}</pre></Match>
          </Switch>
        )}
      </For>
    </div>
  )
}

/** A long text by its beginning, with a way to see the rest. */
export function ClampedProse(props: { readonly text: string }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  const isLong = (): boolean => props.text.length > longText || props.text.split('\n').length > 14
  const start = (): string => props.text.split('\n').slice(0, 6).join('\n').slice(0, beginning)
  return (
    <Show when={isLong()} fallback={<Prose text={props.text} />}>
      <Prose text={open() ? props.text : `${start().trimEnd()} …`} />
      <button type="button" class="link-button small" aria-expanded={open()} onClick={() => setOpen(!open())}>{open() ? 'Show less' : 'Show all'}</button>
    </Show>
  )
}
