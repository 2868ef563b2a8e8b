import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ProjectId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { BudgetAccount, BudgetScope } from '@codeforge/ports/store/budgets'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import type { RunRequest } from './create-run.ts'
import { ofProject, ofTenant, refusal, spentPurse, utcDay } from './slices.ts'

/** Says whether a run may be accepted: returns its project, or throws why not. */
type Admission = (request: RunRequest) => Promise<Project>

/** Reads once what the requests are judged by: their projects, how many runs wait, what is spent today, and what the data directory takes. */
export async function openAdmission(
  { clock, maintenance }: Pick<CorePorts, 'clock' | 'maintenance'>, config: CoreConfig, repositories: Repositories, requests: readonly RunRequest[],
): Promise<Admission> {
  const day = utcDay(clock.now())
  const ids = [...new Set(requests.map(({ command }) => command.projectId))]
  const scopes = new Set<BudgetScope>([...ids.map((id) => ofProject(id, day)), ...requests.map(({ caller }) => ofTenant(caller.tenant, day))])
  const { maxQueued } = config.runs
  const [known, purses, pending, bytes] = await Promise.all([
    repositories.projects.find(ids), repositories.budgets.find([...scopes]), repositories.jobs.pendingUpTo(maxQueued), maintenance.dataBytes(),
  ])
  const projects = new Map<ProjectId, Project>(known.map((project) => [project.id, project]))
  const accounts = new Map<BudgetScope, BudgetAccount>(purses.map((account) => [account.scope, account]))
  let waiting = pending
  return async ({ command, caller }) => {
    const project = projects.get(command.projectId)
    if (!project) throw new CodeForgeError('not-found', `There is no project ${command.projectId}.`)
    await checkTask(repositories, command)
    if (waiting >= maxQueued) throw new CodeForgeError('too-many-runs', `${waiting} runs wait already; the limit is ${maxQueued}.`)
    if (bytes > config.storage.quotaGb * 1024 ** 3) {
      throw new CodeForgeError('quota-exceeded', `The data directory is over its quota of ${config.storage.quotaGb} GB.`)
    }
    const spent = spentPurse(config, accounts, project, caller.tenant, day)
    if (spent !== null) throw new CodeForgeError('budget-exhausted', refusal(spent))
    waiting += 1
    return project
  }
}

async function checkTask({ tasks }: Pick<Repositories, 'tasks'>, { taskId, projectId }: RunRequest['command']): Promise<void> {
  if (taskId === undefined) return
  const task = await tasks.get(taskId)
  if (task?.projectId !== projectId) throw new CodeForgeError('not-found', `The project has no task ${taskId}.`)
}
