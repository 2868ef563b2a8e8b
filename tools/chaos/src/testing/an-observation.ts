import type { AcceptedRun, Observation, StoredEvent } from '../observation.ts'
import type { RunPlan } from '../plan.ts'

export const runId = '01a1ff1f-2ce8-72a4-94db-c84b5bbd6df0'
const stream = `run.${runId}`

export const plan: RunPlan = {
  index: 0, repository: 0, gateMs: 0, deliver: 'branch', question: null, cancelAfterCalls: null, sent: 1, modelFault: null, retried: false,
  calls: [{ name: 'call-0-0', sleepMs: 0, leaves: false }],
}

/** Events of the run in the order given. */
export function logOf(entries: readonly Pick<StoredEvent, 'kind'>[] | readonly Omit<StoredEvent, 'stream' | 'sequence' | 'position'>[]): readonly StoredEvent[] {
  return entries.map((entry, index) => ({ attempt: null, data: {}, ...entry, stream, sequence: index + 1, position: index + 10 }))
}

const call = { id: 'call-1', tool: 'shell', args: { command: 'bash work.sh call-0-0 0 stays 1' } }

/** A run that did its call, passed its gate and delivered its branch: nothing is wrong with it. */
export function anObservation(changes: Partial<Observation> = {}): Observation {
  const accepted: AcceptedRun = { id: runId, plan, cancelled: false }
  return {
    accepted: [accepted],
    runs: [{ id: runId, status: 'ended', outcome: 'succeeded', sliceMicroUsd: 0, sliceTokens: 0, projectId: 'p' }],
    events: logOf([
      { kind: 'run.queued', attempt: null, data: {} },
      { kind: 'attempt.started', attempt: null, data: { attempt: 1 } },
      { kind: 'model.completed', attempt: 1, data: { holdId: 'hold-1', costMicroUsd: 140 } },
      { kind: 'toolcall.allowed', attempt: 1, data: { call } },
      { kind: 'toolcall.completed', attempt: 1, data: { callId: 'call-1' } },
      { kind: 'delivery.completed', attempt: 1, data: { branch: `codeforge/${runId}` } },
      { kind: 'run.succeeded', attempt: null, data: {} },
    ]),
    accounts: [
      { scope: `run:${runId}`, heldMicroUsd: 0, spentMicroUsd: 140 },
      { scope: 'project:p:2026-01-31', heldMicroUsd: 0, spentMicroUsd: 140 },
      { scope: 'tenant:t:2026-01-31', heldMicroUsd: 0, spentMicroUsd: 140 },
    ],
    jobs: [],
    openQuestions: [],
    effects: [{ kind: 'call-begins', runId, attempt: 1, name: 'call-0-0' }, { kind: 'call-ends', runId, attempt: 1, name: 'call-0-0' }],
    strays: [],
    mounts: [],
    repositories: [{
      path: '/r', damage: '', refs: { [`refs/heads/codeforge/${runId}`]: 'call-0-0\n' }, worktrees: 1, status: '', indexChanged: false, strange: [],
    }],
    ...changes,
  }
}
