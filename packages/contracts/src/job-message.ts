import type { z } from 'zod'
import { CodeForgeError } from './error-code.ts'
import { Job } from './job.ts'
import { JobBundle, unbundled } from './job-bundle.ts'
import { decodeMessage } from './queue-message.ts'

/** Reads a job from a message's bytes; `invalid-input` with the reason where it is none. */
export function decodeJob(bytes: Uint8Array): Job {
  return jobFrom(decodeMessage(bytes))
}

function jobFrom(value: unknown): Job {
  const job = Job.safeParse(value)
  if (job.success) return job.data
  throw notJobs(job.error)
}

function notJobs(error: z.ZodError): CodeForgeError {
  const places = error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`)
  return new CodeForgeError('invalid-input', `The message is not a job: ${places.join('; ')}`, { cause: error })
}

/** Reads the jobs of a message, which is one or a bundle of them; as `decodeJob`. */
export function decodeJobs(bytes: Uint8Array): { readonly jobs: readonly Job[]; readonly isBundle: boolean } {
  const value = decodeMessage(bytes)
  if (typeof value !== 'object' || value === null || !('jobs' in value)) return { jobs: [jobFrom(value)], isBundle: false }
  const bundle = JobBundle.safeParse(value)
  if (bundle.success) return { jobs: unbundled(bundle.data), isBundle: true }
  throw notJobs(bundle.error)
}

/** The job of a dead letter as its next publication. */
export function nextPublication(payload: Uint8Array): Job {
  const job = decodeJob(payload)
  return { ...job, publication: job.publication + 1 }
}

/** What deduplicates publications: `<job>:<publication>`. */
export const publicationId = (job: Pick<Job, 'id' | 'publication'>): string => `${job.id}:${job.publication}`
