import { livingAttempts } from '@codeforge/agent/facts/spool'
import { sendLeftovers } from '@codeforge/agent/facts/leftovers'
import { serveCode } from '@codeforge/ports/code-over-queue'
import { announce } from './announce.ts'
import { openCodeDesk } from './code/code-desk.ts'
import { takeJobs } from './take-jobs.ts'
import { tellLeftFacts } from './tell-left-facts.ts'
import type { WorkerConfig } from './worker-config.ts'
import type { GivenPorts } from './worker-ports.ts'
import { WorkingRuns } from './working-runs.ts'

export interface Worker extends AsyncDisposable {
  /** Cleans up after dead workers, then takes jobs until it is drained. An abort ends the wait for a core that is away. */
  start(signal: AbortSignal): Promise<void>
  /** Takes nothing new, hands over what is under way, and says goodbye. Calling it again waits for the same. */
  drain(): Promise<void>
}

const defaultDrainMs = 10_000
/** Milliseconds that core then has to hear how the runs ended. What it does not hear stays in their spools for the next start. */
const tellMs = 5_000

/** Puts a worker together. Nothing happens until `start`. */
export function compose(ports: GivenPorts, config: WorkerConfig): Worker {
  const stopping = new AbortController()
  const runs = new WorkingRuns()
  let taking: Promise<void> = Promise.resolve()
  let announcing: Promise<void> = Promise.resolve()
  let telling: Promise<void> = Promise.resolve()
  const services = new AsyncDisposableStack()
  let drained: Promise<void> | null = null

  const drain = async (): Promise<void> => {
    stopping.abort()
    runs.handOver()
    const deadline = new AbortController()
    void stopInTime(ports, runs, config.drainMs ?? defaultDrainMs, deadline.signal).catch(() => undefined)
    await taking
    await runs.ended()
    deadline.abort()
    await announcing
    await telling
    await services.disposeAsync()
  }

  return {
    async start(signal) {
      await cleanUp(ports, config, AbortSignal.any([stopping.signal, signal]))
      const code = services.use(openCodeDesk(ports, { storeDirectory: config.indexDirectory, semantic: config.semantic, tuning: config.agent.retrieval }))
      services.use(await serveCode(ports.queue, config.pools, code))
      announcing = announce(ports, config, runs, stopping.signal)
      telling = tellLeftFacts(ports, config.agent.spoolDirectory, stopping.signal)
      taking = takeJobs({ ...ports, code }, config, runs, stopping.signal)
    },
    drain: () => (drained ??= drain()),
    [Symbol.asyncDispose]: () => (drained ??= drain()),
  }
}

/**
 * Whoever does not come to the end of a step in time is stopped in the middle: its next attempt goes back to the last checkpoint. Whoever
 * cannot tell core even that is given up.
 */
async function stopInTime({ clock, log }: Pick<GivenPorts, 'clock' | 'log'>, runs: WorkingRuns, drainMs: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(drainMs, signal)
  runs.stop('handed-over')
  await clock.sleep(tellMs, signal)
  log.warn('core does not hear how runs were handed over; the next start tells it', { runs: runs.count })
  runs.stop('lost')
}

/** What earlier workers of this host left behind: processes of runs, and facts that core does not have. None of it stops the start. */
async function cleanUp({ sandboxes, coordinator, log }: GivenPorts, { agent }: WorkerConfig, signal: AbortSignal): Promise<void> {
  const living = await livingAttempts(agent.spoolDirectory)
  for (const { name, engine } of sandboxes) {
    const killed = await engine.sweep(living).catch((error: unknown) => {
      log.warn('processes of dead workers could not be looked for', { sandbox: name, error })
      return 0
    })
    if (killed > 0) log.info('processes of dead workers were ended', { sandbox: name, killed })
  }
  await sendLeftovers({ coordinator, log }, agent.spoolDirectory, signal).catch((error: unknown) => {
    log.warn('left facts could not be read', { error })
  })
}
