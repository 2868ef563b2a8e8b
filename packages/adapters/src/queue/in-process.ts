import { nextPublication } from '@codeforge/contracts/job-message'
import type { Consumption } from '@codeforge/ports/consumption'
import { queues } from '@codeforge/ports/queue'
import type { Queue } from '@codeforge/ports/queue'
import { z } from 'zod'
import { DeadLetters } from './in-process/dead-letters.ts'
import { JobBoard } from './in-process/job-board.ts'
import type { JobBoardLimits } from './in-process/job-board.ts'
import { Switchboard } from './in-process/switchboard.ts'

const limits: JobBoardLimits = { leaseMs: 30_000, maxDeliveries: 25 }

/** A queue in memory, for core and workers in one process. Durable because the outbox is in the store. */
export const inProcessQueue = queues.register({
  name: 'in-process',
  config: z.strictObject({}),
  open: async () => openInProcessQueue(limits),
})

/** Opens it with limits of one's own; the lease is in milliseconds. */
export function openInProcessQueue(limits: JobBoardLimits): Queue & AsyncDisposable {
  const deadLetters = new DeadLetters()
  const board = new JobBoard(limits, deadLetters)
  const switchboard = new Switchboard()
  const consumptions = new Set<Consumption>()

  return {
    async publish(jobs, signal) {
      signal.throwIfAborted()
      board.publish(jobs)
    },
    consume(options, signal) {
      const consumption = board.consume(options)
      consumptions.add(consumption)
      consumption.endWith(signal, () => consumptions.delete(consumption))
      return consumption.deliveries
    },
    purge: async () => board.purge(),
    status: async () => ({ connected: true, ...board.status(), deadLetters: deadLetters.size }),
    deadLetters: async (limit, after) => deadLetters.list(limit, after),
    async replay(id) {
      board.publish([nextPublication(deadLetters.payload(id))])
      deadLetters.remove(id)
    },
    serve: async (subject, handle) => switchboard.serve(subject, handle),
    request: (subject, payload, signal) => switchboard.request(subject, payload, signal),
    broadcast: (subject, payload) => switchboard.broadcast(subject, payload),
    listen: (subject, signal) => switchboard.listen(subject, signal),
    async drain() {
      await Promise.all([...consumptions].map((consumption) => consumption.drain()))
      await switchboard.drain()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...consumptions].map((consumption) => consumption.abandon()))
      switchboard.close()
      board.close()
    },
  }
}
