import { serveCoordinator } from '@codeforge/ports/coordinator-over-queue'
import type { Coordinator } from '@codeforge/ports/coordinator'
import { createCoordinator } from './coordinator.ts'
import type { CoreConfig } from './core-config.ts'
import { startRelay, startSweeper, takeBackRuns } from './dispatch/index.ts'
import type { Relay } from './dispatch/index.ts'
import { buildServer } from './http/build-server.ts'
import type { App } from './http/app.ts'
import { recordPolicyChanges } from './policies/index.ts'
import type { Outlet } from './outlet.ts'
import type { CorePorts } from './ports.ts'
import { FreshRuns, openRunIntake } from './runs/index.ts'
import type { RunIntake } from './runs/index.ts'
import { startStreamHub } from './stream/index.ts'

export interface Core extends AsyncDisposable {
  /** For workers in the same process. */
  readonly coordinator: Coordinator
  readonly app: App
  /** Accepts runs without a socket in between. */
  readonly intake: RunIntake
  /** A path that signs one browser in, once. */
  loginPath(): string
  /** Takes every run back from workers that cannot be alive any more; returns how many. Before `start`. */
  takeBackRuns(reason: string): Promise<number>
  /** Starts to record, dispatch and sweep, and listens. Returns the address. */
  start(): Promise<string>
  wakeRelay(): void
  /** Takes no more requests and closes the streams; what workers ask is still answered. */
  stopIntake(): Promise<void>
}

/** Puts core together from its ports. Nothing runs before `start`. Disposing stops it in the order of the four phases. */
export async function compose(ports: CorePorts, config: CoreConfig): Promise<Core> {
  let relay: Relay | null = null
  const wakeRelay = (): void => { relay?.wake() }
  const outlet: Outlet = { wake: wakeRelay, room: async (jobs, wanted) => relay?.room(jobs, wanted) ?? null, publish: (jobs) => relay?.publish(jobs) }
  const freshRuns = new FreshRuns()
  const coordinator = createCoordinator(ports, config, wakeRelay, freshRuns)
  const hub = startStreamHub(ports)
  const intake = openRunIntake(ports, config, outlet, freshRuns)
  const { app, gatekeeper } = await buildServer({ ports, config, intake, wakeRelay }, hub)
  const background = new AsyncDisposableStack()
  return {
    coordinator,
    app,
    intake,
    loginPath: () => gatekeeper.loginPath(),
    wakeRelay,
    takeBackRuns: async (reason) => takeBackRuns(ports, reason),
    async start() {
      background.use(await serveCoordinator(ports.queue, coordinator))
      relay = background.use(startRelay(ports, config))
      background.use(startSweeper(ports, config, wakeRelay))
      background.use(recordPolicyChanges(ports))
      return app.listen({ host: config.server.host, port: config.server.port })
    },
    stopIntake: async () => app.close(),
    async [Symbol.asyncDispose]() {
      await app.close()
      await background.disposeAsync()
      await hub[Symbol.asyncDispose]()
    },
  }
}
