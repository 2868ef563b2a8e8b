import { exitCodes } from '@codeforge/contracts/run-status'

/** Ctrl-C and SIGTERM while a command is at work. */
export interface Interruption extends Disposable {
  /** Aborts at the first signal: come to a good end. */
  readonly signal: AbortSignal
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens for the signals. The first aborts; the second leaves at once, after `leave`. */
export function interruption(onFirst: () => void = () => undefined, leave: () => void = () => undefined): Interruption {
  const controller = new AbortController()
  const listener = (): void => {
    if (controller.signal.aborted) {
      leave()
      process.exit(exitCodes.cancelled)
    }
    controller.abort(new Error('interrupted'))
    onFirst()
  }
  for (const name of signals) process.on(name, listener)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, listener)
    },
  }
}
