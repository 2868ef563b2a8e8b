import type { Coordinator } from '@codeforge/ports/coordinator'
import type { CoreConfig } from './core-config.ts'
import type { CorePorts } from './ports.ts'
import { announceWorker } from './dispatch/index.ts'
import { extendHold, openFactRecorder, openRunClaims, permitEffect, renewLease } from './runs/index.ts'
import type { FreshRuns } from './runs/index.ts'

const announceEveryMs = 5000

/** Core's side of what workers may ask. */
export function createCoordinator(ports: CorePorts, config: CoreConfig, wakeRelay: () => void, freshRuns: FreshRuns): Coordinator {
  const { store } = ports
  const recordFacts = openFactRecorder(ports)
  return {
    async announce(request) {
      await announceWorker(ports, request)
      wakeRelay()
      return { everyMs: announceEveryMs }
    },
    claim: openRunClaims(ports, config, freshRuns),
    renew: async (request) => renewLease(ports, config, request),
    async record(request) {
      const reply = await recordFacts(request)
      if (request.facts.some(({ fact }) => fact.kind === 'work.ended')) wakeRelay()
      return reply
    },
    extendHold: async (request, signal) => extendHold(ports, config, request, signal),
    permitEffect: async (request) => permitEffect(ports, request),
    async secret(request) {
      const run = await store.runs.get(request.runId)
      const current = run?.state.attemptLive && run.view.attempt === request.attempt
      return { value: current ? ports.secrets(request.scope) : null }
    },
    // Memory is a later capability; a run works without it.
    recall: async () => ({ memories: [] }),
  }
}
