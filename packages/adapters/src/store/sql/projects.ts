import type { ProjectId, TenantId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { ProjectStore } from '@codeforge/ports/store/projects'
import type { Kysely, Selectable } from 'kysely'
import { rowsOf } from './by-key.ts'
import { jsonb } from './json.ts'
import { cursorId, pageOfRows } from './page.ts'
import type { Tables } from './tables.ts'

type Row = Selectable<Tables['projects']>

/** Projects as rows; the settings that no query asks for are one document. */
export function projectStore(db: Kysely<Tables>): ProjectStore {
  const select = db.selectFrom('projects').selectAll()
  return {
    async insert(project) {
      await db.insertInto('projects').values(toRow(project)).execute()
    },
    async get(id) {
      return found((await rowsOf<Row>(db, 'select * from projects where id = $1', id))[0])
    },
    async find(ids) {
      return (await rowsOf<Row>(db, 'select * from projects where id = any($1::uuid[])', ids)).map(toProject)
    },
    async ofRuns(runs) {
      return (await rowsOf<Row>(db, 'select * from projects where id in (select project_id from runs where id = any($1::uuid[]))', runs)).map(toProject)
    },
    async findBySlug(tenant, slug) {
      return found(await select.where('tenant', '=', tenant).where('slug', '=', slug).executeTakeFirst())
    },
    async findByLocalPath(tenant, path) {
      return found(await select.where('tenant', '=', tenant).where('local_path', '=', path).orderBy('id').limit(1).executeTakeFirst())
    },
    async list(tenant, page) {
      const before = cursorId(page)
      const rows = await select.where('tenant', '=', tenant)
        .$if(before !== null, (query) => query.where('id', '<', before))
        .orderBy('id', 'desc').limit(page.limit + 1).execute()
      return pageOfRows(rows, page.limit, toProject)
    },
    async update(project, expectedVersion) {
      const { id, tenant: _, created_at: __, ...row } = toRow(project)
      const result = await db.updateTable('projects').set({ ...row, version: expectedVersion + 1 })
        .where('id', '=', id).where('version', '=', expectedVersion).executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async delete(id) {
      const result = await db.deleteFrom('projects').where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

function toRow(project: Project) {
  const { id, tenant, slug, localPath, maxConcurrentRuns, version, createdAt, updatedAt, ...document } = project
  return {
    id,
    tenant,
    slug,
    local_path: localPath,
    max_concurrent_runs: maxConcurrentRuns,
    document: jsonb(document),
    version,
    created_at: new Date(createdAt),
    updated_at: new Date(updatedAt),
  }
}

function toProject(row: Row): Project {
  return {
    ...row.document,
    id: row.id as ProjectId,
    tenant: row.tenant as TenantId,
    slug: row.slug,
    localPath: row.local_path,
    maxConcurrentRuns: row.max_concurrent_runs,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

function found(row: Row | undefined): Project | null {
  return row ? toProject(row) : null
}
