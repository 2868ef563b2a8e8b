import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Digest } from './blob.ts'
import { bundled, JobBundle, unbundled } from './job-bundle.ts'
import { JobId, ProjectId, RequestId, RunId, TenantId } from './ids.ts'
import type { Job } from './job.ts'
import { runBranch, runTitle } from './run-names.ts'

const uuid = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`

function aJob(number: number, prompt = `Fix test ${number}.\nNow.`, change: Partial<Job> = {}): Job {
  const runId = RunId.parse(uuid(number))
  const own = {
    runId,
    projectId: ProjectId.parse(uuid(1)),
    tenant: TenantId.parse(uuid(2)),
    requestId: RequestId.parse(`request-${number}`),
  }
  const deliver = { branch: runBranch(runId), title: runTitle(prompt) }
  return {
    id: JobId.parse(uuid(number + 1000)),
    kind: 'run',
    pool: 'default',
    publication: 1,
    ...own,
    work: { ...own, prompt, material: [], baseRef: null, deliver, terms: Digest.parse('a'.repeat(64)) },
    ...change,
  }
}

const opened = (messages: readonly (Job | JobBundle)[]): readonly Job[] =>
  messages.flatMap((message) => ('jobs' in message ? unbundled(JobBundle.parse(JSON.parse(JSON.stringify(message)))) : [message]))

test('jobs that differ only in what is their own travel together, as many as are allowed, and come out as they were', () => {
  const jobs = Array.from({ length: 7 }, (_, index) => aJob(index + 10))
  const messages = bundled(jobs, 3)
  assert.deepEqual(
    messages.map((message) => ('jobs' in message ? message.jobs.length : 0)),
    [3, 3, 1],
  )
  assert.deepEqual(opened(messages), jobs)
})

test('jobs of different projects, publications or bases do not share a message', () => {
  const other = aJob(12)
  const jobs = [aJob(10), aJob(11, 'b', { publication: 2 }), { ...other, work: { ...other.work, baseRef: 'v1' } as Job['work'] }]
  assert.deepEqual(
    bundled(jobs, 9).map((message) => ('jobs' in message ? message.jobs.length : 0)),
    [1, 1, 1],
  )
  assert.deepEqual(opened(bundled(jobs, 9)), jobs)
})

test('a job whose work lies elsewhere, has material or a branch of its own travels as it is', () => {
  const blob: Job = {
    ...aJob(10),
    work: { kind: 'blob', digest: Digest.parse('b'.repeat(64)), size: 9, mediaType: 'application/json', preview: '' },
  }
  const named = aJob(11)
  const jobs = [blob, { ...named, work: { ...named.work, deliver: { branch: 'mine', title: 'Mine' } } as Job['work'] }]
  assert.deepEqual(bundled(jobs, 9), jobs)
})

test('a bundle stays below the limit of a message whatever its prompts hold', () => {
  const jobs = Array.from({ length: 40 }, (_, index) => aJob(index + 10, '\u0001'.repeat(1000)))
  const messages = bundled(jobs, 64)
  for (const message of messages) assert.ok(JSON.stringify(message).length <= 64 * 1024)
  assert.deepEqual(opened(messages), jobs)
})

test('nothing is bundled where one job at a time is wanted', () => {
  const jobs = [aJob(10), aJob(11)]
  assert.deepEqual(bundled(jobs, 1), jobs)
})
