import { RunControl } from '@codeforge/agent/run/control'
import { performRun, type Claim } from '@codeforge/agent/run/perform-run'
import type { Delivery } from '@codeforge/ports/queue'
import { workPinsOf } from '@codeforge/ports/work-pins'
import { keepLease } from './keep-lease.ts'
import type { WorkerConfig } from './worker-config.ts'
import type { WorkerPorts } from './worker-ports.ts'
import type { WorkingRuns } from './working-runs.ts'

/** Milliseconds until a job comes again whose claim could not be asked for. */
const unreachableRetryMs = 1000

/** Claims a job and works on it to the end of this attempt. */
export function workOn(ports: WorkerPorts, config: WorkerConfig, delivery: Delivery, runs: Pick<WorkingRuns, 'begins'>): { readonly control: RunControl; readonly done: Promise<void> } {
  const control = new RunControl()
  return { control, done: claimAndWork(ports, config, delivery, runs, control) }
}

async function claimAndWork(ports: WorkerPorts, config: WorkerConfig, delivery: Delivery, runs: Pick<WorkingRuns, 'begins'>, control: RunControl): Promise<void> {
  const { job } = delivery
  const { workerId } = config
  // A lease counts from before it was asked for: core cannot have given it earlier.
  const asked = ports.clock.monotonic()
  const request = { jobId: job.id, runId: job.runId, publication: job.publication, workerId }
  const reply = await ports.coordinator.claim(request, control.signal).catch((error: unknown) => {
    ports.log.warn('a job could not be claimed', { runId: job.runId, error })
    return { kind: 'busy' as const, retryMs: unreachableRetryMs }
  })
  switch (reply.kind) {
    case 'gone':
      return delivery.ack()
    case 'busy':
      return delivery.retry(reply.retryMs)
    case 'claimed':
      // Core still holds us for its worker, but we gave it up; once the lease is over it is a new attempt.
      if (!runs.begins(job.runId, reply.attempt)) return delivery.retry(reply.leaseMs)
      return work(ports, config, delivery, control, reply, asked)
    default:
      return reply satisfies never
  }
}

async function work(ports: WorkerPorts, config: WorkerConfig, delivery: Delivery, control: RunControl, claim: Claim, asked: number): Promise<void> {
  const { workerId } = config
  const { job } = delivery
  const done = new AbortController()
  const lease = keepLease(ports, { runId: job.runId, attempt: claim.attempt, workerId, leaseMs: claim.leaseMs, asked, delivery }, control, done.signal)
  try {
    await performRun({ ports, config: config.agent }, { work: await workPinsOf(ports.artifactStore).load(job.work, control.signal), attempt: claim.attempt, workerId, claim }, control)
  } finally {
    done.abort()
    await lease
    // Core has the end of this attempt, or the attempt is no longer ours. Either way the store, not this message, says what comes next.
    await delivery.ack()
  }
}
