import { basename } from 'node:path'
import { pageOf } from '@codeforge/contracts/page'
import { Project } from '@codeforge/contracts/project'
import type { Session } from '../api/session.ts'
import type { Repository } from './repository.ts'

const ProjectPage = pageOf(Project)

/** The project of a repository; made where there is none yet. */
export async function findOrCreateProject({ client }: Pick<Session, 'client'>, repository: Repository): Promise<Project> {
  const known = repository.kind === 'local' ? await byPath(client, repository.path) : await byUrl(client, repository.url)
  if (known) return known
  const place = repository.kind === 'local' ? { localPath: repository.path } : { repoUrl: repository.url, workspaceMode: 'clone' }
  return client.post('/projects', Project, { body: { name: nameOf(repository), ...place } })
}

async function byPath(client: Session['client'], localPath: string): Promise<Project | undefined> {
  return (await client.get('/projects', ProjectPage, { query: { localPath } })).items[0]
}

async function byUrl(client: Session['client'], url: string): Promise<Project | undefined> {
  let cursor: string | undefined
  do {
    const page = await client.get('/projects', ProjectPage, { query: { cursor, limit: 200 } })
    const found = page.items.find(({ repoUrl }) => repoUrl === url)
    if (found) return found
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return undefined
}

function nameOf(repository: Repository): string {
  const place = repository.kind === 'local' ? repository.path : repository.url.replace(/\.git\/?$/, '').replace(/:/g, '/')
  return (basename(place) || place).slice(0, 200)
}
