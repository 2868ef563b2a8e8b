import { spawn } from 'node:child_process'
import { RunId } from '@codeforge/contracts/ids'
import { hintsOf } from '@codeforge/contracts/stream-hint'
import { everySubject } from '@codeforge/contracts/subjects'
import type { Clock } from '@codeforge/ports/clock'
import type { Log } from '@codeforge/ports/log'
import type { Queue } from '@codeforge/ports/queue'
import type { Store } from '@codeforge/ports/store/store'

/** Milliseconds after which a store or queue that does not answer is asked again, and how often: what a person is told of late is of no use. */
const [againMs, mostTries] = [1000, 300]

/** Starts the user's program whenever a run ends or asks; it reads one JSON object from standard input. */
export function startNotifier(
  { store, queue, clock, log }: { readonly store: Pick<Store, 'runs'>; readonly queue: Pick<Queue, 'listen'>; readonly clock: Pick<Clock, 'sleep'>; readonly log: Log },
  command: readonly string[],
): AsyncDisposable {
  const stopping = new AbortController()
  const told = new Map<string, string>()
  const patiently = async <Result>(ask: () => Promise<Result>): Promise<Result | null> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask()
      } catch (error) {
        if (stopping.signal.aborted) return null
        log.warn('a notification could not be made', { error })
        if (tries === mostTries) return null
        await clock.sleep(againMs, stopping.signal).catch(() => undefined)
      }
    }
  }
  const loop = async ([program, ...args]: readonly string[]): Promise<void> => {
    if (program === undefined) return
    const look = async (stream: string, status: string): Promise<void> => {
      const id = stream.slice('run.'.length)
      const before = told.get(id)
      told.set(id, status)
      if (before === status || (status !== 'ended' && status !== 'waiting')) return
      if (status === 'ended') told.delete(id)
      const run = await patiently(async () => store.runs.get(RunId.parse(id)))
      if (run) start(program, args, JSON.stringify(run.view), log)
    }
    while (!stopping.signal.aborted) {
      for await (const { subject, payload } of queue.listen(everySubject.events, stopping.signal)) {
        for (const { stream, status } of hintsOf(subject, payload)) if (stream.startsWith('run.') && status !== undefined) await look(stream, status)
      }
      await clock.sleep(againMs, stopping.signal).catch(() => undefined)
    }
  }
  const running = patiently(async () => loop(command))
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the host is stopping'))
      await running
    },
  }
}

function start(program: string, args: readonly string[], input: string, log: Log): void {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout: 30_000 })
  child.once('error', (error) => { log.warn('the notification program could not be started', { program, error }) })
  child.stdin.once('error', () => undefined)
  child.stdin.end(input)
}
