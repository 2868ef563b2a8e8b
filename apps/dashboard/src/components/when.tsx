import type { JSX } from 'solid-js'
import { fullTime, relative } from '../format/time.ts'
import { now } from '../store/now.ts'

/** A moment, as its distance from now; the exact time is in the tooltip. */
export function When(props: { readonly at: string }): JSX.Element {
  return <time dateTime={props.at} title={fullTime(props.at)}>{relative(props.at, now())}</time>
}
