import { createMemo, For } from 'solid-js'
import type { JSX } from 'solid-js'
import { scrollStop } from '../components/scroll-stop.ts'
import { ansiPieces } from '../format/ansi-text.ts'

/** Terminal output with its colours. It is put on the page as text, so nothing in it is ever HTML. */
export function AnsiText(props: { readonly text: string; readonly class: string }): JSX.Element {
  const pieces = createMemo(() => ansiPieces(props.text))
  return <pre class={props.class} ref={scrollStop}><For each={pieces()}>{(piece) => <span class={piece.classes}>{piece.text}</span>}</For></pre>
}
