import { spawn } from 'node:child_process'
import { RunId } from '@codeforge/contracts/ids'
import { hintsOf } from '@codeforge/contracts/stream-hint'
import { everySubject } from '@codeforge/contracts/subjects'
import type { Log } from '@codeforge/ports/log'
import type { Queue } from '@codeforge/ports/queue'
import type { Store } from '@codeforge/ports/store/store'

/** Starts the user's program whenever a run ends or asks; it reads one JSON object from standard input. */
export function startNotifier(
  { store, queue, log }: { readonly store: Pick<Store, 'runs'>; readonly queue: Pick<Queue, 'listen'>; readonly log: Log },
  command: readonly string[],
): AsyncDisposable {
  const stopping = new AbortController()
  const told = new Map<string, string>()
  const loop = async (): Promise<void> => {
    const [program, ...args] = command
    if (program === undefined) return
    const look = async (stream: string, status: string): Promise<void> => {
      const id = stream.slice('run.'.length)
      const before = told.get(id)
      told.set(id, status)
      if (before === status || (status !== 'ended' && status !== 'waiting')) return
      if (status === 'ended') told.delete(id)
      const run = await store.runs.get(RunId.parse(id))
      if (run) start(program, args, JSON.stringify(run.view), log)
    }
    for await (const { subject, payload } of queue.listen(everySubject.events, stopping.signal)) {
      for (const { stream, status } of hintsOf(subject, payload)) if (stream.startsWith('run.') && status !== undefined) await look(stream, status)
    }
  }
  const running = loop().catch((error: unknown) => { log.warn('notifications stopped', { error }) })
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
