import { randomInt } from 'node:crypto'
import { until } from '@codeforge/testing/codeforge-process'
import { descendantsWith, processesOf } from './processes.ts'

/** Seconds after which it goes on by itself, so that nothing is left for ever where a test fails. */
const mostSeconds = 180
const lookMs = 100

/** A command that waits until a test lets it go on: what happens meanwhile does not depend on how fast the machine is. */
export interface HeldCommand extends Disposable {
  readonly command: string
  /** Waits until it waits, in whichever process; or below one. Its own processes. */
  waits(ancestor?: number): Promise<readonly number[]>
  /** Lets those go on that wait now. */
  letGoOnce(): Promise<void>
  /** Lets it go on, and every further time that it is started. */
  letGo(): void
}

/** Before the rest of a command. */
export function heldCommand(rest: string): HeldCommand {
  const mark = `${mostSeconds}.${process.pid}${randomInt(1_000_000_000)}`
  let timer: NodeJS.Timeout | undefined
  const release = async (): Promise<void> => {
    for (const pid of await processesOf(['sleep', mark])) {
      try {
        process.kill(pid, 'SIGTERM')
      } catch {
        // It ended by itself meanwhile, with its worker.
      }
    }
  }
  return {
    command: `sleep ${mark}; ${rest}`,
    waits: async (ancestor) => until(async () => {
      const found = ancestor === undefined ? await processesOf(['sleep', mark]) : await descendantsWith(ancestor, mark)
      return (await processesOf(['sleep', mark])).some((pid) => found.includes(pid)) && found
    }, 60_000, () => 'the command was not started'),
    letGoOnce: release,
    letGo() {
      timer ??= setInterval(() => void release(), lookMs)
    },
    [Symbol.dispose]: () => { clearInterval(timer) },
  }
}
