import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorkerId } from '@codeforge/contracts/ids'
import type { ClaimRequest } from '@codeforge/contracts/coordination'
import { aJob, aProject, aRun, newId } from '@codeforge/ports/testing/store/builders'
import { FreshRuns } from './fresh-runs.ts'
import type { FreshRun } from './fresh-runs.ts'

const workerId = WorkerId.parse(newId.run())
const project = aProject()

function fresh(prompt = 'Fix it.'): FreshRun {
  const run = aRun({ prompt })
  return { run, job: { ...aJob(run), status: 'published', publication: 1 }, project }
}

const claimOf = ({ run, job }: FreshRun): ClaimRequest => ({ runId: run.view.id, jobId: job.job.id, publication: 1, workerId })

test('what was accepted is known to its claim, once', () => {
  const [one, two] = [fresh(), fresh()]
  const runs = new FreshRuns()
  runs.remember([one, two])
  assert.deepEqual(runs.take([claimOf(two), claimOf(one)]), [two, one])
  assert.equal(runs.take([claimOf(one)]), null)
})

test('a claim of something else knows nothing', () => {
  const one = fresh()
  for (const request of [{ ...claimOf(one), publication: 2 }, { ...claimOf(one), jobId: newId.job() }, claimOf(fresh())]) {
    const runs = new FreshRuns()
    runs.remember([one])
    assert.equal(runs.take([request]), null)
  }
})

test('claims of which one is not known are none of them, nor is one that is asked for twice', () => {
  const one = fresh()
  const runs = new FreshRuns()
  runs.remember([one])
  assert.equal(runs.take([claimOf(one), claimOf(fresh())]), null)
  runs.remember([one])
  assert.equal(runs.take([claimOf(one), claimOf(one)]), null)
})

test('the latest five hundred are remembered, and no prompt that is long or stored as another text', () => {
  const runs = new FreshRuns()
  const all = Array.from({ length: 501 }, () => fresh())
  runs.remember(all)
  const [first, second] = all
  assert.ok(first && second)
  assert.equal(runs.take([claimOf(first)]), null)
  assert.deepEqual(runs.take([claimOf(second)]), [second])
  for (const prompt of ['x'.repeat(2001), 'a\0b', 'a\ud800']) {
    const odd = fresh(prompt)
    runs.remember([odd])
    assert.equal(runs.take([claimOf(odd)]), null)
  }
})
