import { setTimeout as sleep } from 'node:timers/promises'
import { remoteCoordinator } from '@codeforge/ports/coordinator-over-queue'
import pg from 'pg'
import type { Family } from '../harness/family.ts'
import { median } from '../harness/statistics.ts'
import { Arrivals } from '../scenes/arrivals.ts'
import { openFleetCore } from '../scenes/fleet-core.ts'
import type { FleetCore } from '../scenes/fleet-core.ts'

const row = 'accepted to started, 50 runs a second'
const count = 50
const everyMs = 20
const never = new AbortController().signal

/** From the commit that accepts a run to the commit that records its start, over the queue and back. */
export const family: Family = {
  name: 'start',
  rows: [{ name: row, unit: 'ms', comparedWith: 'two durable INSERTs, one after the other', marks: [{ of: 'ours', is: 'at most', value: 5 }] }],
  warmUps: 2,
  async open() {
    await using stack = new AsyncDisposableStack()
    const core = stack.use(await openFleetCore())
    const started = await claimJobs(core, stack)
    const bare = new pg.Client(core.postgres.url)
    await bare.connect()
    stack.defer(async () => bare.end())
    await bare.query('create table bare (id int generated always as identity primary key, data jsonb)')
    const insert = async () => bare.query({ name: 'insert', text: 'insert into bare (data) values ($1)', values: [JSON.stringify({ text: 'x'.repeat(1000) })] })
    const owned = stack.move()
    return {
      ours: async () => ({ [row]: await atThatRate(async () => {
        const id = (await core.accept()).view.id
        const accepted = performance.now()
        await started.of(id)
        return performance.now() - accepted
      }) }),
      baseline: async () => ({ [row]: await atThatRate(async () => {
        const began = performance.now()
        await insert()
        await insert()
        return performance.now() - began
      }) }),
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

async function atThatRate(once: () => Promise<number>): Promise<number> {
  const times: Promise<number>[] = []
  for (let index = 0; index < count; index += 1) {
    times.push(once())
    await sleep(everyMs)
  }
  return median(await Promise.all(times))
}

/** A worker that claims at once. */
async function claimJobs({ core, workerId, openQueue }: FleetCore, stack: AsyncDisposableStack): Promise<Arrivals> {
  const arrivals = new Arrivals()
  const stopping = new AbortController()
  const queue = await openQueue()
  const coordinator = remoteCoordinator(queue)
  const announce = async () => core.coordinator.announce({ workerId, pools: ['default'], slots: 100_000, busy: 0, sandbox: 'none', version: 'bench', stopping: false }, never)
  await announce()
  const timer = setInterval(() => { announce().catch(() => undefined) }, 5000)
  const taking = (async () => {
    for await (const delivery of queue.consume({ pools: ['default'], kind: 'run', slots: () => 500 }, stopping.signal)) {
      const { id, runId, publication } = delivery.job
      coordinator.claim({ jobId: id, runId, publication, workerId }, never).then(async () => {
        arrivals.arrive(runId)
        await delivery.ack()
      }).catch(() => undefined)
    }
  })()
  stack.defer(async () => {
    clearInterval(timer)
    stopping.abort()
    await taking
  })
  return arrivals
}
