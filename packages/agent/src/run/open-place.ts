import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { NetworkAccess } from '@codeforge/contracts/policy-profile'
import { limitsOf } from '@codeforge/domain/resource-limits'
import type { Sandbox } from '@codeforge/ports/sandbox'
import type { Workspace } from '@codeforge/ports/vcs'
import { openFiles } from '../workspace/files.ts'
import { secretFiles } from '../workspace/secret-files.ts'
import type { NamedSandbox } from './agent-ports.ts'
import { chooseSandbox } from './choose-sandbox.ts'
import { commandEnvironment } from './environment.ts'
import type { Place, Session } from './session.ts'

/** Where an attempt works, and how its sandbox is opened again with other permissions. */
export interface OpenedPlace {
  readonly workspace: Workspace
  readonly sandbox: NamedSandbox
  /** Opens a sandbox over the workspace; whoever asks disposes it. The agent's own cannot open secret files that were there at first. */
  enter(network: NetworkAccess, inside: 'setup' | 'agent'): Promise<Sandbox>
  at(sandbox: Sandbox): Promise<Place>
}

/** Opens the workspace, at the last checkpoint where an earlier attempt left one. What was opened is disposed with `stack`. */
export async function openPlace(session: Session, stack: AsyncDisposableStack): Promise<OpenedPlace> {
  const { ports, work, config, control } = session
  const sandbox = await chooseSandbox(ports.sandboxes, work.policy.sandbox.need, control.signal)
  const workspace = stack.use(await openWorkspace(session))
  const secrets = await secretsIn(workspace.path, session, sandbox)
  const enter = (network: NetworkAccess, inside: 'setup' | 'agent'): Promise<Sandbox> => sandbox.engine.open({
    runId: work.runId,
    attempt: session.attempt,
    workspace: workspace.path,
    readable: workspace.readable,
    guarded: workspace.guarded,
    hidden: inside === 'agent' ? [...config.hidden, ...secrets] : config.hidden,
    network,
    limits: limitsOf(work.policy.limits, config.limits),
  }, control.signal)
  const at = async (opened: Sandbox): Promise<Place> => ({ workspace, sandbox: opened, files: await openFiles(workspace.path), environment: commandEnvironment })
  return { workspace, sandbox, enter, at }
}

/** Looked for before the setup: what that makes of an example is the project's own. */
async function secretsIn(workspace: string, { work }: Session, { engine }: NamedSandbox): Promise<readonly string[]> {
  if (!engine.enforces || !work.policy.sandbox.hidesBlocked) return []
  return (await secretFiles(await openFiles(workspace), work.policy)).map((path) => join(workspace, path))
}

async function openWorkspace({ ports, work, attempt, progress, control }: Session): Promise<Workspace> {
  const bundle = progress.bundle && (await ports.artifactStore.get(progress.bundle.digest, control.signal))
  const opening = ports.vcs.open({
    runId: work.runId,
    attempt,
    mode: work.workspace.mode,
    source: work.workspace.source,
    baseRef: progress.baseCommit ?? work.workspace.baseRef,
    includeDirty: work.workspace.includeDirty,
    reuse: work.setup.reuse,
    checkpoint: progress.lastCheckpoint,
    bundle,
  }, control.signal)
  return opening.catch((error: unknown) => { throw asAsked(error) })
}

/** A kind of repository that cannot be worked on is a mistake of whoever asked; nothing was done that could not be delivered. */
function asAsked(error: unknown): unknown {
  return error instanceof CodeForgeError && error.code === 'unsupported' ? new CodeForgeError('invalid-input', error.message, { cause: error }) : error
}
