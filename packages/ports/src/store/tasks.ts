import type { ProjectId, TaskId } from '@codeforge/contracts/ids'
import type { Page, PageQuery } from '@codeforge/contracts/page'
import type { Task } from '@codeforge/contracts/task'

export interface TaskStore {
  insert(task: Task): Promise<void>
  get(id: TaskId): Promise<Task | null>
  list(project: ProjectId, page: PageQuery): Promise<Page<Task>>
  /** Writes version + 1 where the stored version is `expectedVersion`; false where it is not. */
  update(task: Task, expectedVersion: number): Promise<boolean>
  delete(id: TaskId): Promise<boolean>
}
