import { EventId, ProjectId } from '@codeforge/contracts/ids'
import type { CreateProject, Project } from '@codeforge/contracts/project'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CorePorts } from '../ports.ts'
import type { Caller } from '../runs/index.ts'

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
  await repositories.projects.insert(project)
  const draft = { id: EventId.parse(ids.next()), at: now, attempt: null, data: { kind: 'project.created' as const, name: project.name } }
  await repositories.events.append(`project.${project.id}`, 0, [draft], caller)
  return project
}

async function freeSlug({ projects }: Repositories, { tenant }: Caller, name: string): Promise<string> {
  const base = name.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 70) || 'project'
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`
    if (await projects.findBySlug(tenant, slug) === null) return slug
  }
}
