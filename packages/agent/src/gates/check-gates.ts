import type { GateSpec } from '@codeforge/contracts/gate'
import type { Agent } from '../run/session.ts'
import { headAndTail } from '../tools/bounded-text.ts'
import type { Baselines } from './baseline.ts'
import { judgeGate, type Judged } from './judge-gate.ts'
import { takeAndRecord } from './gate-run.ts'

export type Checked =
  | { readonly kind: 'passed' }
  | {
      readonly kind: 'failed'
      /** How many gates failed. */
      readonly failed: number
      /** Tries that the failed gates leave the model. */
      readonly fixAttempts: number
      readonly reason: string
      /** What the model is told. */
      readonly guidance: string
    }

/** Characters of a gate's output that the model sees. */
const shownOutput = 6000

/** Runs every gate on the present tree. A gate that has a passing receipt for it already is not run again. */
export async function checkGates(agent: Agent, baselines: Baselines): Promise<Checked> {
  let { tree } = await takeAndRecord(agent, 'before the gates')
  const proved = new Map(agent.progress.receipts.filter(({ passed }) => passed).map((receipt) => [receipt.gate, receipt.tree]))
  const judged: Judged[] = []
  for (let round = 1; round <= 2; round += 1) {
    for (const gate of agent.work.gates) {
      if (proved.get(gate.name) === tree) continue
      const result = await checkOne(agent, gate, baselines)
      judged.push(result)
      proved.set(gate.name, result.receipt.passed ? result.receipt.tree : '')
    }
    // A gate that left files behind was run anew on them; what passed before it has to hold for that tree, too.
    if (agent.checkpoints.last.tree === tree) break
    tree = agent.checkpoints.last.tree
  }
  const failed = agent.work.gates.filter(({ name }) => proved.get(name) !== agent.checkpoints.last.tree)
  return failed.length === 0 ? { kind: 'passed' } : failure(failed, judged)
}

async function checkOne(agent: Agent, gate: GateSpec, baselines: Baselines): Promise<Judged> {
  await agent.outbox.add({ kind: 'gate.started', gate: gate.name, command: gate.command, baseline: false })
  const judged = await judgeGate(agent, gate, baselines.get(gate.name) ?? null)
  const { receipt } = judged
  await agent.outbox.add({ kind: receipt.passed ? 'gate.passed' : 'gate.failed', receipt, baseline: false })
  return judged
}

function failure(gates: readonly GateSpec[], judged: readonly Judged[]): Checked {
  const last = gates.flatMap(({ name }) => judged.findLast(({ receipt }) => receipt.gate === name) ?? [])
  const reason = last.map(({ receipt }) => `${receipt.gate}: ${receipt.reason}`).join(' ') || 'A gate changes files each time it runs.'
  const told = last.map(({ receipt, text }) => `Gate "${receipt.gate}" (${receipt.command}) did not pass. ${receipt.reason}\n${headAndTail(text, shownOutput)}`)
  const guidance = `${told.join('\n\n')}\n\nMend the code, not the check: do not delete, skip, rename or weaken tests, and leave alone what defines the gate. Then answer again.`
  return { kind: 'failed', failed: 1, fixAttempts: Math.min(...gates.map(({ fixAttempts }) => fixAttempts)), reason, guidance }
}
