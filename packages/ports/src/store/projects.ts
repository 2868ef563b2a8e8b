import type { ProjectId, RunId, TenantId } from '@codeforge/contracts/ids'
import type { Page, PageQuery } from '@codeforge/contracts/page'
import type { Project } from '@codeforge/contracts/project'

export interface ProjectStore {
  /** `conflict` where the slug is taken. */
  insert(project: Project): Promise<void>
  get(id: ProjectId): Promise<Project | null>
  /** Those that exist. */
  find(ids: readonly ProjectId[]): Promise<readonly Project[]>
  /** The projects of runs, each once: for whoever does not know yet which they are. */
  ofRuns(runs: readonly RunId[]): Promise<readonly Project[]>
  findBySlug(tenant: TenantId, slug: string): Promise<Project | null>
  findByLocalPath(tenant: TenantId, path: string): Promise<Project | null>
  list(tenant: TenantId, page: PageQuery): Promise<Page<Project>>
  /** Writes version + 1 where the stored version is `expectedVersion`; false where it is not. */
  update(project: Project, expectedVersion: number): Promise<boolean>
  /** Removes it with its tasks; runs and their events stay until retention. False where it is gone. */
  delete(id: ProjectId): Promise<boolean>
}
