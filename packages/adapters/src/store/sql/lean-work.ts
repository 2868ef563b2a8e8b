import type { ProjectId, RunId, TenantId } from '@codeforge/contracts/ids'
import type { StoredWork, WorkByTerms } from '@codeforge/contracts/run-work'
import { runBranch, runTitle } from '@codeforge/contracts/run-names'

/** What of a run's work its row says in columns of its own, or can be told from them. */
type Told = 'runId' | 'projectId' | 'tenant' | 'prompt'
/** Work without that; `material` and `deliver` only where they are not the usual ones. Rows are read by this for ever. */
export type LeanWork = Omit<WorkByTerms, Told | 'material' | 'deliver'> & Partial<Pick<WorkByTerms, 'material' | 'deliver'>>

/** The columns that work is told from. */
export interface WorkColumns {
  readonly id: string
  readonly project_id: string
  readonly tenant: string
  readonly prompt: string
}

/** Work as a row has it. */
export function leanWork(work: StoredWork): StoredWork | LeanWork {
  if (!('terms' in work)) return work
  const { runId, projectId: _, tenant: __, prompt, material, deliver, ...own } = work
  const isUsual = deliver.branch === runBranch(runId) && deliver.title === runTitle(prompt)
  return { ...own, ...(material.length > 0 && { material }), ...(!isUsual && { deliver }) }
}

/** Work as it was before its row was written. */
export function wholeWork(stored: StoredWork | LeanWork, row: WorkColumns): StoredWork {
  if (!('terms' in stored) || 'runId' in stored) return stored
  const runId = row.id as RunId
  return {
    runId,
    projectId: row.project_id as ProjectId,
    tenant: row.tenant as TenantId,
    prompt: row.prompt,
    material: [],
    deliver: { branch: runBranch(runId), title: runTitle(row.prompt) },
    ...stored,
  }
}
