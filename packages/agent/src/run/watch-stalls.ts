import { defaultStallLimits, noStall, observeCall, restartStall, type StallFinding } from '@codeforge/domain/stall'
import { stallSettings } from '@codeforge/domain/termination'
import type { Performed } from './perform-calls.ts'
import type { Agent } from './session.ts'

export interface StallWatch {
  observe(performed: Performed): void
  /** Records what was found since; guidance for the model the first time, null else. */
  judge(): Promise<string | null>
  /** It was found again after guidance. */
  readonly stalled: boolean
}

/** Watches an attempt's calls for going in circles. The first finding changes the strategy, the next one is a stall. */
export function watchStalls(agent: Agent): StallWatch {
  const limits = { ...defaultStallLimits, ...stallSettings(agent.work.termination) }
  let state = noStall
  let finding: StallFinding | null = null
  let count = agent.progress.stalls.length
  return {
    observe({ call, ok, observation, tree }) {
      const observed = observeCall(state, { turn: agent.tally.turns, tool: call.tool, args: call.args, ok, observation, tree }, limits)
      state = observed.state
      finding ??= observed.finding
    },
    async judge() {
      if (!finding) return null
      const { signal, detail } = finding
      finding = null
      count += 1
      state = restartStall(state)
      await agent.outbox.add({ kind: 'stall.detected', signal, detail })
      return count > 1 ? null : `You are going in circles: ${detail}. Stop and think about what you know, then try something different. If the task cannot be done, say why.`
    },
    get stalled() {
      return count > 1
    },
  }
}
