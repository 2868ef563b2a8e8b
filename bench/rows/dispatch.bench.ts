import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { Family, Mark } from '../harness/family.ts'
import { Arrivals, perSecond } from '../scenes/arrivals.ts'
import { openFleetCore } from '../scenes/fleet-core.ts'
import type { FleetCore } from '../scenes/fleet-core.ts'

const row = 'runs a second, 64 callers'
const callers = 64
const slots = 100_000
/** About what a job of ours carries. */
const filler = 'x'.repeat(1500)

interface Rival extends AsyncDisposable {
  /** Has it take jobs until the returned function is called: a rival that polls must not cost processor time while ours are measured. */
  takeJobs?(): () => Promise<void>
  /** Stores one job and resolves when a worker has it. */
  once(): Promise<void>
}

function familyOf(name: string, comparedWith: string, mark: Mark, times: { readonly ours: number; readonly rival: number }, openRival: (core: FleetCore) => Promise<Rival>): Family {
  return {
    name: `dispatch, beside ${name}`,
    rows: [{ name: row, unit: '/s', comparedWith, marks: [mark] }],
    warmUps: 8,
    async open() {
      await using stack = new AsyncDisposableStack()
      const core = stack.use(await openFleetCore())
      const worker = stack.use(await takeJobs(core))
      const rival = stack.use(await openRival(core))
      const side = new pg.Client(core.postgres.url)
      await side.connect()
      stack.defer(async () => side.end())
      const owned = stack.move()
      return {
        async ours() {
          // As where runs have ended and the server's own housekeeping has come by: it plans by the sizes that it knows.
          await side.query('delete from jobs')
          await side.query('analyze')
          return { [row]: await perSecond(times.ours, callers, async () => worker.of((await core.accept()).view.id)) }
        },
        async baseline() {
          await side.query('analyze')
          const stop = rival.takeJobs?.()
          try {
            return { [row]: await perSecond(times.rival, callers, rival.once) }
          } finally {
            await stop?.()
          }
        },
        [Symbol.asyncDispose]: async () => owned.disposeAsync(),
      }
    },
  }
}

/** A worker that takes every job and does nothing with it: its claim is another row. */
async function takeJobs({ core, ports, workerId, openQueue }: FleetCore) {
  const arrivals = new Arrivals()
  const stopping = new AbortController()
  const announce = async (): Promise<void> => {
    await core.coordinator.announce({ workerId, pools: ['default'], slots, busy: 0, sandbox: 'none', version: 'bench', stopping: false }, stopping.signal)
  }
  await announce()
  const timer = setInterval(() => { announce().catch(() => undefined) }, 5000)
  const queue = await openQueue()
  const taking = (async () => {
    for await (const { job, ack } of bound(queue.consume({ pools: ['default'], kind: 'run', slots: () => 2000 }, stopping.signal))) {
      arrivals.arrive(job.runId)
      void ack()
    }
  })()
  return {
    of: async (id: string) => arrivals.of(id),
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      stopping.abort()
      await taking
      await ports.store.workers.forget(workerId)
    },
  }
}

async function* bound(deliveries: ReturnType<FleetCore['ports']['queue']['consume']>) {
  for await (const delivery of deliveries) yield { job: delivery.job, ack: async () => delivery.ack() }
}

async function openPgBoss({ postgres }: FleetCore): Promise<Rival> {
  const boss = new PgBoss({ connectionString: postgres.url, max: 10 })
  boss.on('error', () => undefined)
  await boss.start()
  await boss.createQueue('bench')
  const arrivals = new Arrivals()
  return {
    takeJobs() {
      let going = true
      const fetching = Promise.all(Array.from({ length: 4 }, async () => {
        while (going) {
          const jobs = await boss.fetch('bench', { batchSize: callers })
          for (const { id } of jobs) arrivals.arrive(id)
          // pg-boss has no way to wait for jobs: whoever reads asks again.
          if (jobs.length === 0) await new Promise((resolve) => { setTimeout(resolve, 1) })
        }
      }))
      return async () => {
        going = false
        await fetching
      }
    },
    async once() {
      const id = await boss.send('bench', { filler })
      if (id !== null) await arrivals.of(id)
    },
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: false })
    },
  }
}

async function openJetStream({ nats }: FleetCore): Promise<Rival> {
  const connection = await connect({ servers: nats.url })
  const manager = await jetstreamManager(connection)
  await manager.streams.add({ name: 'BENCH', subjects: ['bench'], storage: StorageType.File, retention: RetentionPolicy.Workqueue })
  await manager.consumers.add('BENCH', { durable_name: 'bench', ack_policy: AckPolicy.Explicit })
  const client = jetstream(connection)
  const arrivals = new Arrivals()
  const messages = await (await client.consumers.get('BENCH', 'bench')).consume({
    max_messages: 256,
    callback: (message) => {
      arrivals.arrive(message.json<{ id: string }>().id)
      message.ack()
    },
  })
  let count = 0
  return {
    async once() {
      const id = String((count += 1))
      await client.publish('bench', JSON.stringify({ id, filler }))
      await arrivals.of(id)
    },
    async [Symbol.asyncDispose]() {
      await messages.close()
      await connection.close()
    },
  }
}

export const families: readonly Family[] = [
  familyOf('pg-boss', 'pg-boss: send, fetch by 64', { of: 'ratio', is: 'at least', value: 8 }, { ours: 4000, rival: 600 }, openPgBoss),
  familyOf('JetStream', 'publish, confirmed, and consume, without a database', { of: 'ratio', is: 'at least', value: 0.55 }, { ours: 4000, rival: 6000 }, openJetStream),
]
