import { z } from 'zod'
import { JobId, ProjectId, RequestId, RunId, TenantId } from './ids.ts'
import { StoredWork } from './run-work.ts'

export const JobKind = z.enum(['run'])
export type JobKind = z.output<typeof JobKind>

/** A pool groups workers that can do the same work: `default`, or `host-<name>` for paths that exist on one host. */
export const PoolName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
export type PoolName = z.output<typeof PoolName>

/** What travels on `jobs.<pool>.<kind>`. Message id: `<id>:<publication>`. */
export const Job = z.strictObject({
  id: JobId,
  kind: JobKind,
  pool: PoolName,
  /** Counts how often core has published it. */
  publication: z.int().min(1),
  runId: RunId,
  projectId: ProjectId,
  tenant: TenantId,
  requestId: RequestId,
  work: StoredWork,
})
export type Job = z.output<typeof Job>
