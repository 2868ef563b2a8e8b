import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ProjectId, QuestionId, RunId } from '@codeforge/contracts/ids'
import type { Question } from '@codeforge/contracts/question'
import type { QuestionStore } from '@codeforge/ports/store/questions'
import { sql, type Kysely, type Selectable } from 'kysely'
import { jsonb } from './json.ts'
import { cursorId, pageOfRows } from './page.ts'
import type { Tables } from './tables.ts'

/** Questions as rows. */
export function questionStore(db: Kysely<Tables>): QuestionStore {
  const select = db.selectFrom('questions').selectAll()
  return {
    async insert(tenant, question) {
      const { id, runId, projectId } = question
      await db.insertInto('questions').values({ id, tenant, run_id: runId, project_id: projectId, ...toColumns(question) }).execute()
    },
    async get(id) {
      const row = await select.where('id', '=', id).executeTakeFirst()
      return row ? toQuestion(row) : null
    },
    async save(question) {
      const result = await db.updateTable('questions').set(toColumns(question)).where('id', '=', question.id).executeTakeFirst()
      if (result.numUpdatedRows !== 1n) throw new CodeForgeError('not-found', `There is no question ${question.id}.`)
    },
    async list(filter, page) {
      const before = cursorId(page)
      const { run, status } = filter
      const rows = await select.where('tenant', '=', filter.tenant)
        .$if(run !== undefined, (query) => query.where('run_id', '=', run ?? null))
        .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'open'))
        .$if(before !== null, (query) => query.where('id', '<', before))
        .orderBy('id', 'desc').limit(page.limit + 1).execute()
      return pageOfRows(rows, page.limit, toQuestion)
    },
    async due(now, limit) {
      const rows = await select.where('status', '=', sql.lit('open')).where('deadline_at', '<=', now).orderBy('deadline_at').limit(limit).execute()
      return rows.map(toQuestion)
    },
  }
}

function toColumns(question: Question) {
  const { id: _, runId: __, projectId: ___, status, askedAt, deadlineAt, answeredAt, ...document } = question
  return {
    status,
    asked_at: new Date(askedAt),
    deadline_at: new Date(deadlineAt),
    answered_at: answeredAt === null ? null : new Date(answeredAt),
    document: jsonb(document),
  }
}

function toQuestion(row: Selectable<Tables['questions']>): Question {
  return {
    ...row.document,
    id: row.id as QuestionId,
    runId: row.run_id as RunId,
    projectId: row.project_id as ProjectId,
    status: row.status,
    askedAt: row.asked_at.toISOString(),
    deadlineAt: row.deadline_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
  }
}
