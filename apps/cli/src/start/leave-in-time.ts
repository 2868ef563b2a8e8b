import type { Terminal } from '../output/terminal.ts'

/** Milliseconds after which a process that was told to stop leaves, whatever it still waits for: fifteen for its runs, and a reserve. */
const leaveMs = 25_000

/**
 * Ends the process in time once it is told to stop. A database or a queue that swallows what is sent to it can hold up any of the many
 * things that come to a rest then; leaving in the middle is what the next start has to be able to deal with in any case.
 */
export function leaveInTime(stopping: AbortSignal, terminal: Pick<Terminal, 'note'>): void {
  stopping.addEventListener('abort', () => {
    setTimeout(() => {
      terminal.note(`Not everything came to a rest within ${leaveMs / 1000} s; the next start takes up what is left.`)
      process.exit(1)
    }, leaveMs).unref()
  }, { once: true })
}
