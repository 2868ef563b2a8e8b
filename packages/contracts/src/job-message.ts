import { CodeForgeError } from './error-code.ts'
import { Job } from './job.ts'
import { decodeMessage } from './queue-message.ts'

/** Reads a job from a message's bytes; `invalid-input` with the reason where it is none. */
export function decodeJob(bytes: Uint8Array): Job {
  const job = Job.safeParse(decodeMessage(bytes))
  if (job.success) return job.data
  const places = job.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`)
  throw new CodeForgeError('invalid-input', `The message is not a job: ${places.join('; ')}`, { cause: job.error })
}

/** The job of a dead letter as its next publication. */
export function nextPublication(payload: Uint8Array): Job {
  const job = decodeJob(payload)
  return { ...job, publication: job.publication + 1 }
}

/** What deduplicates publications: `<job>:<publication>`. */
export const publicationId = (job: Pick<Job, 'id' | 'publication'>): string => `${job.id}:${job.publication}`
