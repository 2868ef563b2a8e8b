import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { StreamName } from '@codeforge/contracts/event'
import { defaultTenant } from '@codeforge/contracts/ids'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import { WebSocketServer } from 'ws'
import type { Family } from '../harness/family.ts'
import { openFleetCore, token } from '../scenes/fleet-core.ts'
import type { FleetCore } from '../scenes/fleet-core.ts'
import type { ReaderOrder } from '../scenes/socket-readers.ts'

const names = { burst: 'deliveries a second, bursts of 100', one: 'one event to all of them' } as const
const clients = 500
const burst = 100
const text = 'x'.repeat(700)

/** Events of 1 KB from the store to 500 subscribers of one run; they read in a process of their own. */
export const family: Family = {
  name: 'fan-out to 500 clients',
  rows: [
    { name: names.burst, unit: '/s', comparedWith: 'ws.send of a string for each client', marks: [{ of: 'ratio', is: 'at least', value: 10 }] },
    { name: names.one, unit: 'ms', comparedWith: 'ws.send of a string for each client', marks: [] },
  ],
  async open() {
    await using stack = new AsyncDisposableStack()
    const core = stack.use(await openFleetCore())
    const stream: StreamName = `run.${(await core.accept()).view.id}`
    const ours = stack.use(await openReaders({
      port: Number(new URL(core.address).port), path: '/api/v1/stream', first: JSON.stringify({ kind: 'subscribe', stream, after: 1 }),
    }))
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
    await once(server, 'listening')
    stack.defer(() => { server.close() })
    const theirs = stack.use(await openReaders({ port: (server.address() as AddressInfo).port, path: '/', first: null }))
    const owned = stack.move()
    return {
      ours: async () => bothOf(ours, async (count) => append(core, stream, count)),
      baseline: async () => bothOf(theirs, async (count) => ({
        bytes: count * (1000 + 4),
        send: () => { for (let number = 0; number < count; number += 1) for (const client of server.clients) client.send('x'.repeat(1000)) },
      })),
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

interface Sending {
  /** What each client gets. */
  readonly bytes: number
  send(): void
}

/** Appended first: the time counts from the hint that the stream has grown. */
async function append({ ports }: FleetCore, stream: StreamName, count: number): Promise<Sending> {
  const drafts = Array.from({ length: count }, () => ({ id: ports.ids.next(), at: new Date(), attempt: null, data: { kind: 'guidance.added' as const, text } }))
  const events = await ports.store.events.append(stream, await ports.store.events.lastSequence(stream), drafts, { tenant: defaultTenant, actor: 'user:bench', requestId: null })
  const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify({ kind: 'event', event })) + 4, 0)
  return { bytes, send: () => { ports.queue.broadcast(eventsSubject(stream), { sequence: events.at(-1)?.sequence ?? 0 }) } }
}

async function bothOf(readers: Readers, prepare: (count: number) => Promise<Sending>) {
  const manyMs = await readers.deliver(await prepare(burst))
  return { [names.burst]: ((clients * burst) / manyMs) * 1000, [names.one]: await readers.deliver(await prepare(1)) }
}

interface Readers extends AsyncDisposable {
  /** Milliseconds until every client has it. */
  deliver(sending: Sending): Promise<number>
}

async function openReaders(where: Pick<Extract<ReaderOrder, { kind: 'open' }>, 'port' | 'path' | 'first'>): Promise<Readers> {
  const child = fork(new URL('../scenes/socket-readers.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send({ kind: 'open', authorization: `Bearer ${token}`, count: clients, ...where } satisfies ReaderOrder)
  await once(child, 'message')
  return {
    async deliver({ bytes, send }) {
      child.send({ kind: 'expect', bytes } satisfies ReaderOrder)
      const done = once(child, 'message')
      const began = performance.now()
      send()
      await done
      return performance.now() - began
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
