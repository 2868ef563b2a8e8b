import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Job } from '@codeforge/contracts/job'
import { RunId } from '@codeforge/contracts/ids'
import { runBranch, runTitle } from '@codeforge/contracts/run-names'
import { always, never, pool, soon, take, until } from './queue-scene.ts'
import type { OpenQueue } from './queue-scene.ts'

/** Jobs of one project, as core publishes them: their work is told by its terms. */
export function alikeJobs(count: number): Job[] {
  const common = { projectId: randomUUID(), tenant: randomUUID(), requestId: 'request-1' }
  return Array.from({ length: count }, (_, index) => {
    const [runId, prompt] = [RunId.parse(randomUUID()), `Fix test ${index}.`]
    const deliver = { branch: runBranch(runId), title: runTitle(prompt) }
    const work = { ...common, runId, prompt, material: [], baseRef: null, deliver, terms: 'a'.repeat(64) }
    return Job.parse({ ...common, id: randomUUID(), kind: 'run', pool: 'default', publication: 1, runId, work })
  })
}

/** Jobs that may share a message: each is a delivery of its own all the same. */
export function describeTogether(open: OpenQueue): void {
  const consume = (queue: Awaited<ReturnType<OpenQueue>>, slots: number) => queue.consume({ pools: [pool('default')], kind: 'run', slots: always(slots) }, soon())
  const emptied = async (queue: Awaited<ReturnType<OpenQueue>>) =>
    until(async () => {
      const { pending, inFlight } = await queue.status()
      return pending === 0 && inFlight === 0
    })

  test('jobs published together arrive each as they were, in order, and are gone when all are acknowledged', async () => {
    await using queue = await open()
    const jobs = alikeJobs(7)
    await queue.publish(jobs, never, 4)
    const deliveries = await take(consume(queue, 9), 7)
    assert.deepEqual(
      deliveries.map(({ job }) => job),
      jobs,
    )
    for (const delivery of deliveries) await delivery.ack()
    await emptied(queue)
  })

  test('of jobs published together, one that is refused goes to the dead letters alone', async () => {
    await using queue = await open()
    const jobs = alikeJobs(3)
    await queue.publish(jobs, never, 3)
    const [first, second, third] = await take(consume(queue, 9), 3)
    await first?.ack()
    await second?.reject('cannot be read')
    await third?.ack()
    await emptied(queue)
    const letters = await queue.deadLetters(9)
    assert.deepEqual(
      letters.map(({ reason, payload }) => [reason, (JSON.parse(payload) as Job).id]),
      [['cannot be read', jobs[1]?.id]],
    )
  })

  test('jobs published together that are given back come again', async () => {
    await using queue = await open()
    const jobs = alikeJobs(3)
    await queue.publish(jobs, never, 3)
    const deliveries = consume(queue, 9)
    for (const delivery of await take(deliveries, 3)) await delivery.retry(0)
    const again = await take(deliveries, 3)
    assert.deepEqual(
      again.map(({ job }) => job.id),
      jobs.map(({ id }) => id),
    )
  })
}
