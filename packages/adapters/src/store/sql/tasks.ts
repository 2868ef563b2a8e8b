import type { ProjectId, TaskId, TenantId } from '@codeforge/contracts/ids'
import type { Task } from '@codeforge/contracts/task'
import type { TaskStore } from '@codeforge/ports/store/tasks'
import type { Kysely, Selectable } from 'kysely'
import { plainText } from './json.ts'
import { cursorId, pageOfRows } from './page.ts'
import type { Tables } from './tables.ts'

type Row = Selectable<Tables['tasks']>

/** Tasks as rows. */
export function taskStore(db: Kysely<Tables>): TaskStore {
  const select = db.selectFrom('tasks').selectAll()
  return {
    async insert(task) {
      await db.insertInto('tasks').values(toRow(task)).execute()
    },
    async get(id) {
      const row = await select.where('id', '=', id).executeTakeFirst()
      return row ? toTask(row) : null
    },
    async list(project, page) {
      const before = cursorId(page)
      const rows = await select.where('project_id', '=', project)
        .$if(before !== null, (query) => query.where('id', '<', before))
        .orderBy('id', 'desc').limit(page.limit + 1).execute()
      return pageOfRows(rows, page.limit, toTask)
    },
    async update(task, expectedVersion) {
      const { id, tenant: _, project_id: __, created_at: ___, ...row } = toRow(task)
      const result = await db.updateTable('tasks').set({ ...row, version: expectedVersion + 1 })
        .where('id', '=', id).where('version', '=', expectedVersion).executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async delete(id) {
      const result = await db.deleteFrom('tasks').where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

function toRow(task: Task) {
  return {
    id: task.id,
    tenant: task.tenant,
    project_id: task.projectId,
    title: plainText(task.title),
    body: plainText(task.body),
    labels: task.labels.map(plainText),
    status: task.status,
    version: task.version,
    created_at: new Date(task.createdAt),
    updated_at: new Date(task.updatedAt),
  }
}

function toTask(row: Row): Task {
  return {
    id: row.id as TaskId,
    projectId: row.project_id as ProjectId,
    tenant: row.tenant as TenantId,
    title: row.title,
    body: row.body,
    labels: row.labels,
    status: row.status,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
