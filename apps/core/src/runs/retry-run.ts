import { isDeepStrictEqual } from 'node:util'
import type { RetryRun } from '@codeforge/contracts/api'
import type { RunRecord } from '@codeforge/ports/store/runs'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { CreateRun } from '@codeforge/contracts/run-request'
import type { RunWork } from '@codeforge/contracts/run-work'

/** A new run that asks for the same as an ended one, with the changes given. */
export function retryCommand(run: RunRecord, work: RunWork, changes: RetryRun): CreateRun {
  if (run.view.status !== 'ended') throw new CodeForgeError('conflict', `The run is ${run.view.status}; only an ended run can be tried again.`)
  const model = changes.model ?? (work.model.adapter === 'scripted' ? undefined : work.model.model)
  return {
    projectId: work.projectId,
    ...(run.view.taskId === null ? {} : { taskId: run.view.taskId }),
    prompt: changes.prompt ?? work.prompt,
    material: work.material,
    mode: work.mode.id,
    policy: work.policy.name,
    ...(model === undefined ? {} : { model }),
    gates: work.gates,
    setup: work.setup,
    deliver: work.deliver.mode,
    workspaceMode: work.workspace.mode,
    ...(work.workspace.baseRef === null ? {} : { baseRef: work.workspace.baseRef }),
    includeDirty: work.workspace.includeDirty,
    attended: work.attended,
    maxCostMicroUsd: work.maxCostMicroUsd,
    ...ownLimits(work),
    retryOf: run.view.id,
    priority: run.view.priority,
  }
}

/** What was asked for beyond the profile stands after it, see `pinWork`. */
function ownLimits({ termination, policy }: RunWork): Pick<CreateRun, 'maxTurns' | 'timeoutSeconds'> {
  const own = termination.kind === 'or' && !isDeepStrictEqual(policy.termination, termination) ? termination.of.slice(1) : []
  const turns = own.find((condition) => condition.kind === 'max-turns')
  const timeout = own.find((condition) => condition.kind === 'timeout')
  return { ...(turns && { maxTurns: turns.turns }), ...(timeout && { timeoutSeconds: timeout.seconds }) }
}
