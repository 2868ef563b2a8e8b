import type { QuestionId, RunId, TenantId } from '@codeforge/contracts/ids'
import type { Page, PageQuery } from '@codeforge/contracts/page'
import type { Question, QuestionStatus } from '@codeforge/contracts/question'

export interface QuestionStore {
  insert(tenant: TenantId, question: Question): Promise<void>
  get(id: QuestionId): Promise<Question | null>
  save(question: Question): Promise<void>
  list(filter: { readonly tenant: TenantId; readonly run?: RunId; readonly status?: QuestionStatus }, page: PageQuery): Promise<Page<Question>>
  /** Open ones whose deadline has passed. */
  due(now: Date, limit: number): Promise<readonly Question[]>
}
