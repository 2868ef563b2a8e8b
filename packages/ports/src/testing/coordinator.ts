import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { AnnounceRequest, ClaimRequest, ExtendHoldRequest, PermitEffectRequest, RecallRequest, RecordRequest, RenewRequest, SecretRequest } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Coordinator } from '../coordinator.ts'

/** A worker's way to a core: directly, or over a queue. */
export type ReachCore = (core: Coordinator) => Promise<Coordinator & AsyncDisposable>

const soon = (): AbortSignal => AbortSignal.timeout(10_000)
const runId = randomUUID()
const workerId = randomUUID()
const permitted = PermitEffectRequest.parse({ runId, attempt: 1, effect: 'deliver', mode: 'branch', tree: 'abc' })

interface FakeCore extends Coordinator {
  readonly recorded: readonly number[]
}

/** A core of one run, in memory: one attempt at a time, facts in the order of their ordinals. */
export function fakeCore(): FakeCore {
  const recorded: number[] = []
  const claims = new Map<string, number>()
  return {
    recorded,
    announce: async ({ slots }) => ({ everyMs: slots * 1_000 }),
    async claim({ workerId: worker }) {
      const attempt = claims.get(worker) ?? claims.size + 1
      claims.set(worker, attempt)
      return { kind: 'busy', retryMs: attempt }
    },
    async renew({ attempt }) {
      return { command: attempt === claims.size ? 'go' : 'lost', leaseMs: 30_000 }
    },
    async record({ facts }) {
      for (const { ordinal } of facts) if (ordinal === recorded.length + 1) recorded.push(ordinal)
      return { accepted: recorded.length, command: 'go' }
    },
    extendHold: async ({ neededMicroUsd, neededTokens }) =>
      neededMicroUsd > 1_000 ? { kind: 'refused', reason: 'over the budget' } : { kind: 'granted', sliceMicroUsd: neededMicroUsd, sliceTokens: neededTokens },
    recall: async ({ query, limit }) => ({ memories: [{ text: query, score: 1 / limit }] }),
    async secret({ scope }) {
      if (scope === 'forge.denied') throw new CodeForgeError('policy-denied', 'Not for this run.', { details: { scope } })
      return { value: scope === 'forge.token' ? 'hunter2' : null }
    },
    permitEffect: async ({ tree }) => ({ permitted: tree === 'abc', reason: `tree ${tree}` }),
  }
}

/** What a coordinator must do, wherever core is. */
export function describeCoordinatorContract(name: string, reach: ReachCore): void {
  describe(`coordinator contract: ${name}`, () => {
    test('every verb reaches core, and its answer comes back', async () => {
      await using coordinator = await reach(fakeCore())
      const announce = AnnounceRequest.parse({ workerId, pools: ['default'], slots: 4, busy: 0, sandbox: 'mount', version: '1' })
      const claim = ClaimRequest.parse({ jobId: randomUUID(), runId, publication: 1, workerId })
      assert.deepEqual(
        {
          announce: await coordinator.announce(announce, soon()),
          claim: await coordinator.claim(claim, soon()),
          renew: await coordinator.renew(RenewRequest.parse({ runId, attempt: 1, workerId }), soon()),
          granted: await coordinator.extendHold(ExtendHoldRequest.parse({ runId, attempt: 1, neededMicroUsd: 7, neededTokens: 9 }), soon()),
          refused: await coordinator.extendHold(ExtendHoldRequest.parse({ runId, attempt: 1, neededMicroUsd: 5_000, neededTokens: 9 }), soon()),
          recall: await coordinator.recall(RecallRequest.parse({ runId, attempt: 1, query: 'how', limit: 2 }), soon()),
          secret: await coordinator.secret(SecretRequest.parse({ runId, attempt: 1, scope: 'forge.token' }), soon()),
          permit: await coordinator.permitEffect(permitted, soon()),
        },
        {
          announce: { everyMs: 4_000 },
          claim: { kind: 'busy', retryMs: 1 },
          renew: { command: 'go', leaseMs: 30_000 },
          granted: { kind: 'granted', sliceMicroUsd: 7, sliceTokens: 9 },
          refused: { kind: 'refused', reason: 'over the budget' },
          recall: { memories: [{ text: 'how', score: 0.5 }] },
          secret: { value: 'hunter2' },
          permit: { permitted: true, reason: 'tree abc' },
        },
      )
    })

    test('an answer that is asked for again is the same', async () => {
      const core = fakeCore()
      await using coordinator = await reach(core)
      const facts = [1, 2].map((ordinal) => ({ ordinal, at: new Date(0).toISOString(), fact: { kind: 'work.ended', result: { kind: 'paused' } } }))
      const request = RecordRequest.parse({ runId, attempt: 1, workerId, facts })
      const answers = [await coordinator.record(request, soon()), await coordinator.record(request, soon())]
      assert.deepEqual({ answers, recorded: core.recorded }, { answers: Array.from({ length: 2 }, () => ({ accepted: 2, command: 'go' })), recorded: [1, 2] })
    })

    test('a refusal of core keeps its code and details', async () => {
      await using coordinator = await reach(fakeCore())
      await assert.rejects(coordinator.secret(SecretRequest.parse({ runId, attempt: 1, scope: 'forge.denied' }), soon()), (error) => {
        assert.ok(error instanceof CodeForgeError)
        assert.deepEqual({ code: error.code, message: error.message, details: error.details }, { code: 'policy-denied', message: 'Not for this run.', details: { scope: 'forge.denied' } })
        return true
      })
    })
  })
}
