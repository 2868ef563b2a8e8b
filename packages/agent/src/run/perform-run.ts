import type { ClaimReply } from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { WorkResult } from '@codeforge/contracts/fact'
import { createLive } from '../facts/live.ts'
import { openOutbox, type FactOutbox } from '../facts/outbox.ts'
import type { AgentConfig, AgentPorts, ClaimedRun } from './agent-ports.ts'
import type { RunControl } from './control.ts'
import { earliestTimeout, resultOfError } from './failure.ts'
import type { Session } from './session.ts'
import { carryOut } from './carry-out.ts'

export type Claim = Extract<ClaimReply, { kind: 'claimed' }>

/**
 * Works on a claimed run to the end of this attempt and tells core how it ended. Resolves when core accepted that, or when the
 * attempt is no longer ours: then there is nothing left to do for its job.
 */
export async function performRun(
  deps: { readonly ports: AgentPorts; readonly config: AgentConfig },
  run: ClaimedRun & { readonly claim: Claim },
  control: RunControl,
): Promise<void> {
  const { ports, config } = deps
  await using places = new AsyncDisposableStack()
  await using outbox = await openOutbox(ports, {
    runId: run.work.runId, attempt: run.attempt, workerId: run.workerId, spoolDirectory: config.spoolDirectory,
    onCommand: (command) => obey(control, command),
  })
  const session = sessionOf(deps, run, control, outbox)
  const result = await resultOf(session, places)
  if (result !== null) await tellEnd(outbox, result, control)
}

/** Core must have the end before the job is done with; an attempt that is lost by then has none. */
async function tellEnd(outbox: FactOutbox, result: WorkResult, control: RunControl): Promise<void> {
  try {
    await outbox.add({ kind: 'work.ended', result })
    await outbox.flush(control.lost)
  } catch (error) {
    const lost = control.lost.aborted || (error instanceof CodeForgeError && error.code === 'lease-lost')
    if (!lost) throw error
  }
}

/** Does what core said with an answer or a renewal. */
export function obey(control: RunControl, command: 'go' | 'pause' | 'cancel' | 'lost'): void {
  if (command === 'pause') control.pause()
  if (command === 'cancel') control.stop('cancelled')
  if (command === 'lost') control.stop('lost')
}

function sessionOf(
  { ports, config }: { readonly ports: AgentPorts; readonly config: AgentConfig },
  { claim, ...run }: ClaimedRun & { readonly claim: Claim },
  control: RunControl,
  outbox: FactOutbox,
): Session {
  const live = createLive(ports, run.work.projectId, control.signal)
  const log = ports.log.with({ runId: run.work.runId, attempt: run.attempt, requestId: run.work.requestId })
  const slice = { microUsd: claim.sliceMicroUsd, tokens: claim.sliceTokens }
  return { ...run, ports: { ...ports, log }, config, control, outbox, live, slice, progress: claim.progress, startedAt: ports.clock.monotonic() }
}

/** Null where the attempt was lost: nothing may be said about it any more. */
async function resultOf(session: Session, places: AsyncDisposableStack): Promise<WorkResult | null> {
  const watch = new AbortController()
  void endInTime(session, watch.signal)
  try {
    return await carryOut(session, places)
  } catch (error) {
    if (!session.control.signal.aborted) session.ports.log.warn('the work failed', { error })
    return resultOfError(error, session.control.signal, session.work)
  } finally {
    watch.abort()
  }
}

/** Stops the run at its time limit, also in the middle of a tool. What earlier attempts worked counts. */
async function endInTime({ ports, work, progress, control }: Session, signal: AbortSignal): Promise<void> {
  const seconds = earliestTimeout(work.termination)
  if (seconds === Infinity) return
  await ports.clock.sleep(Math.max(0, seconds * 1000 - progress.workedMs), signal).then(() => control.stop('timeout'), () => undefined)
}
