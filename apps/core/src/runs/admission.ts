import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ProjectId, TaskId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { BudgetAccount, BudgetScope } from '@codeforge/ports/store/budgets'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import type { RunRequest } from './prepare-run.ts'
import { ofProject, ofTenant, refusal, spentPurse, utcDay } from './slices.ts'

export interface Admission {
  /** Says whether a run may be accepted: returns its project, or throws why not. */
  admit(request: RunRequest): Promise<Project>
  /** The same of a request whose task, where it names one, is known. */
  judge(request: RunRequest): Project
  /** Runs that waited in the outbox before. */
  readonly waiting: number
}

/** What requests are judged by, as it was read once: their projects, how many runs wait, what is spent today, and what the data directory takes. */
export interface Grounds {
  readonly day: string
  readonly projects: ReadonlyMap<ProjectId, Project>
  readonly scopes: ReadonlySet<BudgetScope>
  readonly accounts: ReadonlyMap<BudgetScope, BudgetAccount>
  readonly pending: number
  readonly bytes: number
}

/** Reads what requests are judged by. */
export async function readGrounds(
  { clock, maintenance }: Pick<CorePorts, 'clock' | 'maintenance'>, config: CoreConfig, repositories: Repositories, requests: readonly RunRequest[],
): Promise<Grounds> {
  const day = utcDay(clock.now())
  const ids = [...new Set(requests.map(({ command }) => command.projectId))]
  const scopes = new Set(requests.flatMap((request) => scopesOf(request, day)))
  const [known, purses, pending, bytes] = await Promise.all([
    repositories.projects.find(ids), repositories.budgets.find([...scopes]), repositories.jobs.pendingUpTo(config.runs.maxQueued), maintenance.dataBytes(),
  ])
  const projects = new Map<ProjectId, Project>(known.map((project) => [project.id, project]))
  const accounts = new Map<BudgetScope, BudgetAccount>(purses.map((account) => [account.scope, account]))
  return { day, projects, scopes, accounts, pending, bytes }
}

const scopesOf = ({ command, caller }: RunRequest, day: string): readonly BudgetScope[] => [ofProject(command.projectId, day), ofTenant(caller.tenant, day)]

/** Whether what was read for others says all about these. */
export function cover({ day, projects, scopes }: Grounds, requests: readonly RunRequest[]): boolean {
  return requests.every((request) => projects.has(request.command.projectId) && scopesOf(request, day).every((scope) => scopes.has(scope)))
}

/** Judges requests. */
export function admissionBy({ day, projects, accounts, pending, bytes }: Grounds, config: CoreConfig, repositories: Repositories): Admission {
  const { maxQueued } = config.runs
  let waiting = pending
  const projectOf = ({ command }: RunRequest): Project => {
    const project = projects.get(command.projectId)
    if (!project) throw new CodeForgeError('not-found', `There is no project ${command.projectId}.`)
    return project
  }
  const judge = (request: RunRequest): Project => {
    const project = projectOf(request)
    if (waiting >= maxQueued) throw new CodeForgeError('too-many-runs', `${waiting} runs wait already; the limit is ${maxQueued}.`)
    if (bytes > config.storage.quotaGb * 1024 ** 3) {
      throw new CodeForgeError('quota-exceeded', `The data directory is over its quota of ${config.storage.quotaGb} GB.`)
    }
    const spent = spentPurse(config, accounts, project, request.caller.tenant, day)
    if (spent !== null) throw new CodeForgeError('budget-exhausted', refusal(spent))
    waiting += 1
    return project
  }
  const admit = async (request: RunRequest): Promise<Project> => {
    const { taskId } = request.command
    if (taskId !== undefined) await checkTask(repositories, taskId, projectOf(request))
    return judge(request)
  }
  return { admit, judge, waiting: pending }
}

async function checkTask({ tasks }: Pick<Repositories, 'tasks'>, taskId: TaskId, project: Project): Promise<void> {
  const task = await tasks.get(taskId)
  if (task?.projectId !== project.id) throw new CodeForgeError('not-found', `The project has no task ${taskId}.`)
}
