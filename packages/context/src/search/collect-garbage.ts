import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | undefined

/**
 * Lets go of what nobody uses any more, now: memory outside V8's heap, which the threads that built a large index left behind, does not move V8 to look
 * by itself. Takes some 20 ms; to be called between two steps that each need hundreds of megabytes, and nowhere else.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
    setFlagsFromString('--no-expose-gc')
  }
  collect()
}
