import { createEffect, onCleanup } from 'solid-js'
import type { Load } from './use-load.ts'
import { whenSeen } from './when-seen.ts'

/** Milliseconds between two looks at what is under way. */
const lookAgainMs = 3000

/** Loads again and again while something is under way and somebody sees the page: whoever is told of its end once may miss it. What failed is tried again by the load itself. */
export function useLookAgain<Value>({ value, error, reload }: Load<Value>, isUnderWay: (value: Value | undefined) => boolean): void {
  createEffect(() => { if (error() === null && isUnderWay(value())) onCleanup(whenSeen(reload, lookAgainMs)) })
}
