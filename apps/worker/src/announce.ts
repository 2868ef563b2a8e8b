import type { WorkerConfig } from './worker-config.ts'
import type { WorkerPorts } from './worker-ports.ts'
import type { WorkingRuns } from './working-runs.ts'

const retryMs = 2000

/** Tells core again and again that this worker is there, and once that it goes. */
export async function announce(
  { coordinator, clock, log }: Pick<WorkerPorts, 'coordinator' | 'clock' | 'log'>, config: WorkerConfig, runs: WorkingRuns, stopping: AbortSignal,
): Promise<void> {
  const { workerId, pools, slots, sandboxName: sandbox, version } = config
  const say = (goes: boolean, signal: AbortSignal) => coordinator.announce({ workerId, pools: [...pools], slots, busy: runs.count, sandbox, version, stopping: goes }, signal)
  while (!stopping.aborted) {
    const everyMs = await say(false, stopping).then((reply) => reply.everyMs, (error: unknown) => {
      if (!stopping.aborted) log.warn('core did not hear this worker', { error })
      return retryMs
    })
    await clock.sleep(everyMs, stopping).catch(() => undefined)
  }
  await say(true, AbortSignal.timeout(retryMs)).catch(() => undefined) // core forgets a silent worker by itself
}
