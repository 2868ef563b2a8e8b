import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ProjectId } from '@codeforge/contracts/ids'
import type { CreateProject, Project } from '@codeforge/contracts/project'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CorePorts } from '../ports.ts'
import { appendEvent } from '../append-event.ts'
import type { Caller } from '../caller.ts'
import { RivalFirst } from '../retried.ts'

/** Stores a project and its first event. A slug that is not given is made from the name and made unique. */
export async function createProject(
  { ids, clock }: Pick<CorePorts, 'ids' | 'clock'>, repositories: Repositories, command: CreateProject, caller: Caller, demonstration = false,
): Promise<Project> {
  const now = clock.now()
  const project: Project = {
    ...command,
    id: ProjectId.parse(ids.next()),
    tenant: caller.tenant,
    slug: command.slug ?? await freeSlug(repositories, caller, command.name),
    demonstration,
    version: 1,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }
  await insert(repositories, project, command.slug === undefined)
  await appendEvent({ ids, clock }, repositories, `project.${project.id}`, { kind: 'project.created', name: project.name }, caller)
  return project
}

/** A slug that was free a moment ago may be taken by now; one that we made ourselves is then made anew. */
async function insert({ projects }: Repositories, project: Project, slugIsOurs: boolean): Promise<void> {
  try {
    await projects.insert(project)
  } catch (error) {
    throw slugIsOurs && error instanceof CodeForgeError && error.code === 'conflict' ? new RivalFirst(error) : error
  }
}

async function freeSlug({ projects }: Repositories, { tenant }: Caller, name: string): Promise<string> {
  const base = name.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 70) || 'project'
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`
    if (await projects.findBySlug(tenant, slug) === null) return slug
  }
}
