import type { AnnounceRequest } from '@codeforge/contracts/coordination'
import type { SystemEvent } from '@codeforge/contracts/event'
import { defaultTenant } from '@codeforge/contracts/ids'
import type { WorkerId } from '@codeforge/contracts/ids'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import type { Repositories } from '@codeforge/ports/store/store'
import { appendEvent } from '../append-event.ts'
import type { CorePorts } from '../ports.ts'
import { retried } from '../retried.ts'

type WorkerPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'ids'>

/** Notes that a worker is there, or forgets it when it says goodbye. Its coming and going stand in the system's log. */
export async function announceWorker(ports: WorkerPorts, worker: AnnounceRequest): Promise<void> {
  const { workerId, pools, slots, sandbox } = worker
  if (worker.stopping && worker.busy === 0) return forget(ports, workerId, 'left')
  const isNew = await ports.store.workers.announce(worker, ports.clock.now())
  if (!isNew) return
  await retried(ports.store, async (repositories) => append(ports, repositories, workerId, { kind: 'worker.started', workerId, pools, slots, sandbox }))
  hint(ports)
}

/** Forgets the workers that nobody has heard of since a time: they died without a word. */
export async function forgetSilentWorkers(ports: WorkerPorts, since: Date): Promise<void> {
  const known = await ports.store.workers.alive(new Date(0))
  for (const { workerId, seenAt } of known) if (seenAt < since) await forget(ports, workerId, 'silent')
}

async function forget(ports: WorkerPorts, workerId: WorkerId, reason: 'left' | 'silent'): Promise<void> {
  await retried(ports.store, async (repositories) => {
    if (!await repositories.workers.forget(workerId)) return
    await append(ports, repositories, workerId, { kind: 'worker.stopped', workerId, reason })
  })
  hint(ports)
}

async function append(ports: WorkerPorts, repositories: Repositories, workerId: WorkerId, event: SystemEvent): Promise<void> {
  await appendEvent(ports, repositories, 'system', event, { tenant: defaultTenant, actor: `worker:${workerId}`, requestId: null })
}

function hint({ queue }: WorkerPorts): void {
  queue.broadcast(eventsSubject('system'), { sequence: 0 })
}
