import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Fact, WorkResult } from '@codeforge/contracts/fact'
import type { Delivered, DeliverRequest } from '@codeforge/ports/vcs'
import { refuseSecrets } from '../secrets/patch-secrets.ts'
import { failure } from './failure.ts'
import type { Agent } from './session.ts'

type Completed = Extract<Fact, { kind: 'delivery.completed' }>

/** Hands the change over in the way that was asked for, once core permits it. */
export async function deliver(agent: Agent, summary: string): Promise<WorkResult> {
  const { mode } = agent.work.deliver
  const { tree, stat } = agent.checkpoints.last
  const changed = stat.files > 0
  const finished: WorkResult = { kind: 'finished', summary: changed || !agent.work.mode.edits ? summary : `No file was changed. ${summary}` }
  if (mode === 'none') return finished
  await agent.outbox.add({ kind: 'delivery.started', mode, tree })
  // Core must know every receipt before it is asked, and must have the attempt as current.
  await agent.outbox.flush(agent.control.signal)
  const permit = await agent.ports.coordinator.permitEffect({ runId: agent.work.runId, attempt: agent.attempt, effect: 'deliver', mode, tree }, agent.control.signal)
  if (!permit.permitted) return refuse(agent, new CodeForgeError('delivery-failed', permit.reason), null)
  let patch: Completed['patch'] = null
  try {
    if (changed) patch = await keepPatch(agent)
    const where = changed ? await carryOver(agent) : nowhere
    await agent.outbox.add({ kind: 'delivery.completed', mode, tree, ...where, patch, stat })
    return finished
  } catch (error) {
    agent.control.signal.throwIfAborted()
    if (!(error instanceof CodeForgeError)) throw error
    return refuse(agent, error, patch)
  }
}

const nowhere = { branch: null, commit: null } as const

/** Keeps the change before it goes anywhere, so that one which finds no place is not lost; never one with a secret in it. */
async function keepPatch({ ports, checkpoints, place, control }: Agent): Promise<Completed['patch']> {
  const diff = await place.workspace.diff(checkpoints.first, checkpoints.last.id, control.signal)
  await refuseSecrets(diff, ports.secrets)
  return ports.artifactStore.put(diff, 'text/x-diff', control.signal)
}

async function carryOver(agent: Agent): Promise<Pick<Completed, 'branch' | 'commit'>> {
  const { ports, work, control } = agent
  const { source } = work.workspace
  switch (work.deliver.mode) {
    case 'none':
    case 'patch':
      return nowhere
    case 'branch':
      return named(await ports.vcs.deliverBranch(source, requestOf(agent), control.signal))
    case 'commit-local':
      return named(await ports.vcs.commitLocal(source, requestOf(agent), control.signal))
    case 'pr':
      throw new CodeForgeError('unsupported', 'Pull requests cannot be opened yet. Deliver a branch and open it from there.')
    default:
      return work.deliver.mode satisfies never
  }
}

function requestOf({ work, checkpoints, config }: Agent): DeliverRequest {
  const { branch, title } = work.deliver
  return { checkpoint: checkpoints.last.id, branch, message: `${title}\n\nRun: ${work.runId}\n`, author: config.author }
}

function named({ branch, commit }: Delivered): Pick<Completed, 'branch' | 'commit'> {
  return { branch, commit }
}

async function refuse(agent: Agent, { code, message }: CodeForgeError, patch: Completed['patch']): Promise<WorkResult> {
  await agent.outbox.add({ kind: 'delivery.failed', mode: agent.work.deliver.mode, code, message, patch, stat: agent.checkpoints.last.stat })
  return { ...failure('delivery-failed', message), code }
}
