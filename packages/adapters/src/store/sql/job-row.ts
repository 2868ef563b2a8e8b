import type { JobRecord } from '@codeforge/ports/store/jobs'

/** A job as a row of the outbox; its work is its run's. */
export function toJobRow({ job, ...record }: JobRecord) {
  return {
    id: job.id,
    tenant: job.tenant,
    run_id: job.runId,
    project_id: job.projectId,
    kind: job.kind,
    pool: job.pool,
    request_id: job.requestId,
    status: record.status,
    publication: record.publication,
    priority: record.priority,
    exclusive_key: record.exclusiveKey,
    not_before: record.notBefore,
    created_at: record.createdAt,
    published_at: record.publishedAt,
  }
}
