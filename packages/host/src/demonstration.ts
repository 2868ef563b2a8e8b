import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateProject } from '@codeforge/contracts/project'
import { CreateRun } from '@codeforge/contracts/run-request'
import { RequestId, defaultTenant } from '@codeforge/contracts/ids'
import type { RunId } from '@codeforge/contracts/ids'
import { createProject } from '@codeforge/core/projects/index'
import { createRun } from '@codeforge/core/runs/index'
import type { Vcs } from '@codeforge/ports/vcs'
import type { CoreProcess } from './core-process.ts'
import type { DataDirectory } from './data/data-directory.ts'
import { shipped } from './shipped.ts'

/** Set once the demonstration was started, with its run's id. */
const shownSetting = 'demonstration.run'

/** The enforcing profile where a sandbox enforces; else the one that says in so many words that the project is trusted: the sample is ours. */
function profileFor(sandbox: string | null): string {
  return sandbox === 'bubblewrap' || sandbox === 'unshare' ? 'headless-safe-sandbox' : 'trusted-mount-autonomous'
}

/**
 * Starts a run on a copy of the sample repository, with a recorded conversation in place of a model. Once per data
 * directory: null where it was shown already.
 */
export async function startDemonstration(
  { ports, config, core }: CoreProcess, directory: DataDirectory, vcs: Pick<Vcs, 'init'>, sandbox: string | null, signal: AbortSignal,
): Promise<RunId | null> {
  if (await ports.store.settings.get(shownSetting) !== null) return null
  const sample = join(directory.samples, 'duration-sample')
  await rm(sample, { recursive: true, force: true })
  await cp(join(shipped.examples, 'sample-repository'), sample, { recursive: true })
  await vcs.init(sample, 'A small library with one failing test', signal)
  const caller = { tenant: defaultTenant, actor: 'core', requestId: RequestId.parse(ports.ids.next()) }
  const run = await ports.store.transaction(async (repositories) => {
    const project = await repositories.projects.findByLocalPath(caller.tenant, sample)
      ?? await createProject(ports, repositories, CreateProject.parse({ name: 'Sample: durations', localPath: sample }), caller, true)
    const command = CreateRun.parse({
      projectId: project.id,
      prompt: 'One test fails. Find out why and fix it.',
      policy: profileFor(sandbox),
      gates: [{ name: 'node --test', command: 'node --test' }],
    })
    const created = await createRun(ports, config, repositories, { command, caller, options: { script: 'demonstration' } }, signal)
    await repositories.settings.set(shownSetting, created.view.id)
    return created
  })
  core.wakeRelay()
  return run.view.id
}
