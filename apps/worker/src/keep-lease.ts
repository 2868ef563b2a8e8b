import { obey } from '@codeforge/agent/run/perform-run'
import type { RunControl } from '@codeforge/agent/run/control'
import type { RunId, WorkerId } from '@codeforge/contracts/ids'
import type { Delivery } from '@codeforge/ports/queue'
import type { WorkerPorts } from './worker-ports.ts'

export interface Lease {
  readonly runId: RunId
  readonly attempt: number
  readonly workerId: WorkerId
  readonly leaseMs: number
  /** Monotonic time before the claim was asked for. */
  readonly asked: number
  readonly delivery: Delivery
}

/** Milliseconds before a lease's end at which everything is killed: time for the kill itself. At most a quarter of the lease. */
const safetyMarginMs = 3000
/** Milliseconds after which a renewal that failed is tried again. */
const retryMs = 250
/** Milliseconds until the first renewal at most: what core said between the claim and the first listening was heard by nobody. */
const firstMs = 1000

/**
 * Renews the lease at a third of its time, or when a control message says that core has something to say. A worker that could not renew
 * kills its process tree before the lease ends: from then on the run may be another's.
 */
export async function keepLease(ports: Pick<WorkerPorts, 'coordinator' | 'clock' | 'queue' | 'log'>, lease: Lease, control: RunControl, done: AbortSignal): Promise<void> {
  const state = { until: lease.asked + lease.leaseMs, leaseMs: lease.leaseMs }
  const over = AbortSignal.any([done, control.lost])
  const bell = listenFor(ports, lease.runId, over)
  const guard = killInTime(ports, state, control, over)
  let pause = Math.min(firstMs, state.leaseMs / 3)
  while (!over.aborted) {
    await bell.rings(pause)
    if (over.aborted) break
    pause = (await renewOnce(ports, lease, state, control, over)) ? state.leaseMs / 3 : retryMs
  }
  await guard
}

interface LeaseState {
  /** Monotonic time at which it ends unless it is renewed. */
  until: number
  leaseMs: number
}

async function renewOnce({ coordinator, clock, log }: Pick<WorkerPorts, 'coordinator' | 'clock' | 'log'>, lease: Lease, state: LeaseState, control: RunControl, over: AbortSignal): Promise<boolean> {
  const { runId, attempt, workerId, delivery } = lease
  const asked = clock.monotonic()
  try {
    const patience = AbortSignal.any([over, AbortSignal.timeout(Math.max(100, Math.ceil(state.leaseMs / 3)))])
    const reply = await coordinator.renew({ runId, attempt, workerId }, patience)
    if (reply.command !== 'lost' && reply.leaseMs > 0) Object.assign(state, { until: asked + reply.leaseMs, leaseMs: reply.leaseMs })
    obey(control, reply.command)
    void delivery.working().catch(() => undefined) // without it the message comes again, and the claim says busy
    return true
  } catch (error) {
    if (!over.aborted) log.warn('the lease was not renewed', { runId, attempt, error })
    return false
  }
}

async function killInTime({ clock, log }: Pick<WorkerPorts, 'clock' | 'log'>, state: LeaseState, control: RunControl, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const left = state.until - Math.min(safetyMarginMs, state.leaseMs / 4) - clock.monotonic()
    if (left <= 0) {
      log.warn('the lease could not be kept; the run is given up', {})
      control.stop('lost')
      return
    }
    await clock.sleep(left, over).catch(() => undefined)
  }
}

/** Waits that end early when a control message of the run comes, or came since the last of them: what was being asked then may be older. */
function listenFor({ clock, queue }: Pick<WorkerPorts, 'clock' | 'queue'>, runId: RunId, over: AbortSignal): { rings(milliseconds: number): Promise<void> } {
  let waiting = new AbortController()
  void (async () => {
    for await (const _ of queue.listen(`control.${runId}`, over)) waiting.abort()
  })().catch(() => undefined) // without these messages the next renewal tells it
  return {
    async rings(milliseconds) {
      await clock.sleep(milliseconds, AbortSignal.any([over, waiting.signal])).catch(() => undefined)
      waiting = new AbortController()
    },
  }
}
