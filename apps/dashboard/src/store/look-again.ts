import { createEffect, onCleanup } from 'solid-js'
import type { Load } from './use-load.ts'

/** Milliseconds between two looks at what is under way. */
const lookAgainMs = 3000

/** Loads again and again while something is under way or could not be learnt: whoever is told of its end once may miss it. */
export function useLookAgain<Value>({ value, error, reload }: Load<Value>, isUnderWay: (value: Value | undefined) => boolean): void {
  createEffect(() => {
    const failed = error() !== null
    if (!failed && !isUnderWay(value())) return
    const again = setTimeout(reload, lookAgainMs)
    onCleanup(() => { clearTimeout(again) })
  })
}
