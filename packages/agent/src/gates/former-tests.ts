import type { GateSpec } from '@codeforge/contracts/gate'
import type { Agent } from '../run/session.ts'
import { formerText } from './former-text.ts'
import { runGateOn, type GateRun } from './gate-run.ts'

/** Runs a gate on the changed code with the named files as they were at checkpoint 0, and puts everything back. */
export async function runWithFormerTests(agent: Agent, gate: GateSpec, diff: string, paths: readonly string[]): Promise<GateRun> {
  const { place, checkpoints, control } = agent
  try {
    for (const path of paths) {
      const now = await place.files.readText(path).catch(() => null)
      const former = formerText(diff, path, now)
      if (former !== null && former !== now) await place.files.write(path, former)
    }
    return await runGateOn(agent, gate, await place.workspace.checkpoint('with the former tests', control.signal))
  } finally {
    // A run that is being stopped goes on from the last checkpoint anyway.
    if (!control.signal.aborted) await checkpoints.rewind()
  }
}
