import type { Delivery } from '@codeforge/ports/queue'
import { workOn } from './work-on.ts'
import type { WorkerConfig } from './worker-config.ts'
import type { WorkerPorts } from './worker-ports.ts'
import type { WorkingRuns } from './working-runs.ts'

const retryMs = 1000
/** When a job comes again whose run this worker still holds. */
const stillHeldMs = 5000

/** Takes jobs as long as there are slots, until the signal aborts. A queue that fails is tried again. */
export async function takeJobs(ports: WorkerPorts, config: WorkerConfig, runs: WorkingRuns, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      const options = { pools: config.pools, kind: 'run' as const, slots: () => Math.max(0, config.slots) }
      for await (const delivery of ports.queue.consume(options, stopping)) begin(ports, config, runs, delivery)
    } catch (error) {
      if (!stopping.aborted) ports.log.warn('the queue gave no jobs', { error })
    }
    await ports.clock.sleep(retryMs, stopping).catch(() => undefined)
  }
}

function begin(ports: WorkerPorts, config: WorkerConfig, runs: WorkingRuns, delivery: Delivery): void {
  const { runId, requestId } = delivery.job
  if (runs.has(runId)) {
    // Delivered once more while this worker still holds the run: claiming it again would work on one attempt twice.
    delivery.retry(stillHeldMs).catch((error: unknown) => { ports.log.warn('a repeated job could not be given back', { runId, error }) })
    return
  }
  const working = workOn(ports, config, delivery, runs)
  const done = working.done.catch((error: unknown) => {
    ports.log.error('a job came to no end', { runId, requestId, error })
  })
  runs.add(runId, working.control, done)
}
