import { z } from 'zod'
import { Digest, messageLimit } from './blob.ts'
import { JobId, ProjectId, RequestId, RunId, TenantId } from './ids.ts'
import { JobKind, PoolName } from './job.ts'
import type { Job } from './job.ts'
import { runBranch, runTitle } from './run-names.ts'

/** Jobs that have nearly everything in common, as one message on `jobs.<pool>.<kind>`: a message costs a queue as much as the work of many jobs takes bytes. */
export const JobBundle = z.strictObject({
  kind: JobKind,
  pool: PoolName,
  publication: z.int().min(1),
  projectId: ProjectId,
  tenant: TenantId,
  terms: Digest,
  baseRef: z.string().nullable(),
  jobs: z.array(z.strictObject({ id: JobId, runId: RunId, requestId: RequestId, prompt: z.string() })).min(1),
})
export type JobBundle = z.output<typeof JobBundle>

/** Bytes that a job takes in a bundle besides its prompt, at most; a character of that takes six at most. */
const jobBytes = 400
const characterBytes = 6
const roomBytes = messageLimit - 2048

/** Jobs as they travel: so many of one kind as one message where they can, in their order; the others alone. */
export function bundled(jobs: readonly Job[], most: number): readonly (Job | JobBundle)[] {
  if (most < 2) return jobs
  const messages: (Job | JobBundle)[] = []
  const open = new Map<string, { readonly bundle: JobBundle; bytes: number }>()
  for (const job of jobs) {
    const bytes = jobBytes + ('terms' in job.work ? characterBytes * job.work.prompt.length : roomBytes)
    const bundle = bytes <= roomBytes ? bundleOf(job) : null
    if (!bundle) {
      messages.push(job)
      continue
    }
    const {
      jobs: [own],
      ...shared
    } = bundle
    const key = Object.values(shared).join('\n')
    const begun = open.get(key)
    if (own && begun && begun.bundle.jobs.length < most && begun.bytes + bytes <= roomBytes) {
      begun.bundle.jobs.push(own)
      begun.bytes += bytes
    } else {
      open.set(key, { bundle, bytes })
      messages.push(bundle)
    }
  }
  return messages
}

/** A job as a bundle of its own; null where its work has more than a bundle says. */
function bundleOf({ id, kind, pool, publication, runId, projectId, tenant, requestId, work }: Job): JobBundle | null {
  if (!('terms' in work)) return null
  const { prompt, material, deliver, baseRef, terms } = work
  const isUsual =
    material.length === 0 &&
    work.runId === runId &&
    work.projectId === projectId &&
    work.tenant === tenant &&
    work.requestId === requestId &&
    deliver.branch === runBranch(runId) &&
    deliver.title === runTitle(prompt)
  return isUsual ? { kind, pool, publication, projectId, tenant, terms, baseRef, jobs: [{ id, runId, requestId, prompt }] } : null
}

/** The jobs of a bundle as they were. */
export function unbundled({ kind, pool, publication, projectId, tenant, terms, baseRef, jobs }: JobBundle): readonly Job[] {
  return jobs.map(({ id, runId, requestId, prompt }) => ({
    id,
    kind,
    pool,
    publication,
    runId,
    projectId,
    tenant,
    requestId,
    work: {
      runId,
      projectId,
      tenant,
      requestId,
      prompt,
      material: [],
      baseRef,
      deliver: { branch: runBranch(runId), title: runTitle(prompt) },
      terms,
    },
  }))
}

/** What deduplicates the same bundle when it is published again: that of its first job, and how many there are. */
export const bundleId = ({ publication, jobs }: JobBundle): string => `${jobs[0]?.id ?? ''}:${publication}+${jobs.length - 1}`
