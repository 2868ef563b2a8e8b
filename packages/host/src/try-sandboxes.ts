import type { NamedSandbox } from '@codeforge/agent/run/agent-ports'
import type { Installation } from './installation.ts'
import { openSandboxes } from './open-ports.ts'

/** The sandboxes that the configuration allows, and the name of the strongest that works here; `none`: of them, none does. */
export interface TriedSandboxes {
  readonly sandboxes: readonly NamedSandbox[]
  readonly strongest: string
}

/** Milliseconds that a trial command may take. */
const trialMs = 10_000

/** Opens and tries them beside whatever else a start waits for: a trial mostly waits for processes. Not where this process does no work. */
export function trySandboxes(installation: Installation, stack: AsyncDisposableStack): Promise<TriedSandboxes> {
  if (installation.config.worker.slots === 0) return Promise.resolve({ sandboxes: [], strongest: 'none' })
  const own = stack.use(new AsyncDisposableStack())
  const tried = openAndTry(installation, own)
  // Where the start fails meanwhile, nobody else waits for it; and what a trial uses is not taken from under it.
  stack.defer(async () => tried.then(() => undefined, () => undefined))
  tried.catch(() => undefined)
  return tried
}

async function openAndTry(installation: Installation, stack: AsyncDisposableStack): Promise<TriedSandboxes> {
  const sandboxes = await openSandboxes(installation, stack)
  for (const { name, engine } of sandboxes) {
    if (await engine.check(AbortSignal.timeout(trialMs)) === null) return { sandboxes, strongest: name }
  }
  return { sandboxes, strongest: 'none' }
}
