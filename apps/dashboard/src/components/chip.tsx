import type { Run } from '@codeforge/contracts/run'
import type { JSX } from 'solid-js'
import { stateOf } from '../format/words.ts'
import type { Tone } from '../format/words.ts'

/** A short word with a colour. */
export function Chip(props: { readonly tone: Tone; readonly children: JSX.Element; readonly title?: string }): JSX.Element {
  return <span class={`chip chip-${props.tone}`} title={props.title}><span class="chip-dot" aria-hidden="true" />{props.children}</span>
}

/** The state of a run. */
export function StateChip(props: { readonly run: Pick<Run, 'status' | 'outcome'> }): JSX.Element {
  return <Chip tone={stateOf(props.run).tone}>{stateOf(props.run).text}</Chip>
}
