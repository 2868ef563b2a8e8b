import { randomUUID } from 'node:crypto'
import { remoteCoordinator } from '@codeforge/ports/coordinator-over-queue'
import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Fact } from '@codeforge/contracts/fact'
import type { RunId } from '@codeforge/contracts/ids'
import pg from 'pg'
import type { Family } from '../harness/family.ts'
import { openFleetCore } from '../scenes/fleet-core.ts'
import type { FleetCore } from '../scenes/fleet-core.ts'

const row = 'facts a second, batches of 50'
const runs = 16
const batches = 40
const batchSize = 50
const text = 'A line of output that says something about the work. '.repeat(6)

/** Facts of many runs at once, from the queue through order, folding and decisions into PostgreSQL. */
export const family: Family = {
  name: 'recording',
  rows: [{ name: row, unit: '/s', comparedWith: 'the same batches as JSONB, 4 bare connections', marks: [{ of: 'ratio', is: 'at least', value: 0.5 }] }],
  async open() {
    await using stack = new AsyncDisposableStack()
    const core = stack.use(await openFleetCore())
    const coordinator = remoteCoordinator(await core.openQueue())
    const pool = new pg.Pool({ connectionString: core.postgres.url, max: 4 })
    stack.defer(async () => pool.end())
    await pool.query('create table bare (stream text, sequence int, kind text, at timestamptz, data jsonb, primary key (stream, sequence))')
    const owned = stack.move()
    return {
      async ours() {
        const claimed = await Promise.all(Array.from({ length: runs }, async () => startRun(core, coordinator)))
        return { [row]: await timed(async () => Promise.all(claimed.map(async (runId) => recordAll(core, coordinator, runId)))) }
      },
      async baseline() {
        return { [row]: await timed(async () => Promise.all(Array.from({ length: runs }, async () => insertAll(pool)))) }
      },
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return ((runs * batches * batchSize) / (performance.now() - began)) * 1000
}

const never = new AbortController().signal
const fact = (number: number): Fact => ({ kind: 'guidance.added', text: `${String(number)} ${text}` })

async function startRun({ accept, ports, workerId }: FleetCore, coordinator: Coordinator): Promise<RunId> {
  const run = await accept()
  const job = await ports.store.jobs.findByRun(run.view.id)
  if (!job) throw new Error('the run has no job')
  const reply = await coordinator.claim({ jobId: job.job.id, runId: run.view.id, publication: 1, workerId }, never)
  if (reply.kind !== 'claimed') throw new Error(`not claimed: ${reply.kind}`)
  return run.view.id
}

async function recordAll({ workerId }: FleetCore, coordinator: Coordinator, runId: RunId): Promise<void> {
  for (let batch = 0; batch < batches; batch += 1) {
    const facts = Array.from({ length: batchSize }, (_, index) => ({ ordinal: batch * batchSize + index + 1, at: new Date().toISOString(), fact: fact(index) }))
    const reply = await coordinator.record({ runId, attempt: 1, workerId, facts }, never)
    if (reply.accepted !== (batch + 1) * batchSize) throw new Error(`accepted up to ${reply.accepted}`)
  }
}

async function insertAll(pool: pg.Pool): Promise<void> {
  const stream = randomUUID()
  for (let batch = 0; batch < batches; batch += 1) {
    const rows = Array.from({ length: batchSize }, (_, index) => ({ stream, sequence: batch * batchSize + index, kind: 'guidance.added', at: new Date(), data: fact(index) }))
    await pool.query({ name: 'bare', text: 'insert into bare select * from jsonb_populate_recordset(null::bare, $1)', values: [JSON.stringify(rows)] })
  }
}
