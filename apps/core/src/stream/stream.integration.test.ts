import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import websocket from '@fastify/websocket'
import fastify from 'fastify'
import { StreamMessage } from '@codeforge/contracts/api'
import type { StreamRequest } from '@codeforge/contracts/api'
import { ProjectId } from '@codeforge/contracts/ids'
import type { RunId, WorkerId } from '@codeforge/contracts/ids'
import { liveSubject } from '@codeforge/contracts/subjects'
import { fact, goodWork, openScene, ordinals, refused } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'
import { startStreamHub } from './index.ts'
import { serveSocket } from './socket.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const soon = (): AbortSignal => AbortSignal.timeout(20_000)
const authorization = 'Bearer test-token'
const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)

/** A subscriber that keeps what it is told. */
interface Client extends Disposable {
  readonly messages: StreamMessage[]
  ask(request: StreamRequest | string): void
  /** Resolves when the messages satisfy the test. */
  until(done: (messages: readonly StreamMessage[]) => boolean): Promise<void>
  sequences(stream: string): readonly number[]
}

describe('live streams', () => {
  let scene: Scene
  before(async () => {
    scene = await openScene({ realTime: true })
    await scene.core.app.ready()
  })
  after(async () => { await scene[Symbol.asyncDispose]() })

  const started = async (): Promise<{ readonly id: RunId; readonly worker: WorkerId; readonly project: ProjectId }> => {
    const project = await scene.project()
    const id = await scene.run(project)
    const worker = scene.worker()
    assert.equal((await scene.claim(id, worker)).kind, 'claimed')
    return { id, worker, project }
  }
  const tell = async (id: RunId, worker: WorkerId, texts: readonly string[], from = 1): Promise<void> => {
    await scene.core.coordinator.record({ runId: id, attempt: 1, workerId: worker, facts: ordinals(texts.map((text) => fact.guidance(text)), from) }, soon())
  }
  const open = async (): Promise<Client> => {
    const socket = await scene.core.app.injectWS('/api/v1/stream', { headers: { host: '127.0.0.1:4747', authorization } })
    const messages: StreamMessage[] = []
    let changed = Promise.withResolvers<void>()
    socket.on('message', (data: Buffer) => {
      messages.push(StreamMessage.parse(JSON.parse(data.toString('utf8'))))
      changed.resolve()
      changed = Promise.withResolvers()
    })
    return {
      messages,
      ask: (request) => { socket.send(typeof request === 'string' ? request : JSON.stringify(request)) },
      async until(done) {
        const signal = soon()
        while (!done(messages)) {
          if (signal.aborted) throw new Error(`not told in time; so far: ${messages.map(({ kind }) => kind).join(', ')}`)
          await Promise.race([changed.promise, sleep(100)])
        }
      },
      sequences: (stream) => messages.flatMap((message) => (message.kind === 'event' && message.event.stream === stream ? [message.event.sequence] : [])),
      [Symbol.dispose]: () => { socket.terminate() },
    }
  }
  test('give what is stored after a sequence, say when that is all, and go on', async () => {
    const { id, worker } = await started()
    await tell(id, worker, ['1', '2'])
    using client = await open()
    client.ask({ kind: 'subscribe', stream: `run.${id}`, after: 2 })
    await client.until((messages) => messages.some(({ kind }) => kind === 'caught-up'))
    assert.deepEqual(client.messages.at(-1), { kind: 'caught-up', stream: `run.${id}`, sequence: 5 })
    await tell(id, worker, ['3'], 3)
    await client.until(() => client.sequences(`run.${id}`).includes(6))
    assert.deepEqual(client.sequences(`run.${id}`), [3, 4, 5, 6])
  })

  test('have no gap and no duplicate where a subscriber comes while events are being written', async () => {
    const { id, worker } = await started()
    const stream = `run.${id}`
    const total = 300
    const write = async (): Promise<void> => {
      for (let ordinal = 1; ordinal <= total; ordinal += 5) await tell(id, worker, range(1, 5).map(String), ordinal)
    }
    const writing = write()
    const watchers = []
    for (const afterSequence of [0, 3, 40, 100, 7, 250, 0, 299]) {
      await sleep(20)
      const client = await open()
      client.ask({ kind: 'subscribe', stream, after: afterSequence })
      watchers.push({ client, afterSequence })
    }
    await writing
    for (const { client, afterSequence } of watchers) {
      await client.until(() => client.sequences(stream).at(-1) === total + 3)
      assert.deepEqual(client.sequences(stream), range(afterSequence + 1, total + 3))
      client[Symbol.dispose]()
    }
  })

  test('go on where nobody was told of a change', async () => {
    const { id, worker } = await started()
    using client = await open()
    client.ask({ kind: 'subscribe', stream: `run.${id}`, after: 0 })
    await client.until((messages) => messages.some(({ kind }) => kind === 'caught-up'))
    const { broadcast } = scene.ports.queue
    Object.assign(scene.ports.queue, { broadcast: () => undefined })
    await tell(id, worker, ['unheard'])
    Object.assign(scene.ports.queue, { broadcast })
    await client.until(() => client.sequences(`run.${id}`).includes(4))
  })

  test('carry transient output to who watches the run, and store none of it', async () => {
    const { id, project } = await started()
    using client = await open()
    client.ask({ kind: 'subscribe', stream: `run.${id}`, after: 0 })
    await client.until((messages) => messages.some(({ kind }) => kind === 'caught-up'))
    const message = { kind: 'model.delta', runId: id, turn: 1, text: 'so' } as const
    scene.ports.queue.broadcast(liveSubject(ProjectId.parse(project)), message)
    await client.until((messages) => messages.some(({ kind }) => kind === 'live'))
    assert.deepEqual(client.messages.at(-1), { kind: 'live', message })
    assert.equal((await scene.events(id)).length, 3)
  })

  test('tell lists of the runs that change, of one project or of all', async () => {
    using all = await open()
    using some = await open()
    const mine = await started()
    all.ask({ kind: 'subscribe-runs' })
    some.ask({ kind: 'subscribe-runs', projectId: mine.project })
    const fromNowOn = (messages: readonly StreamMessage[]): boolean => messages.some((message) => message.kind === 'caught-up' && message.stream === 'runs')
    await Promise.all([all.until(fromNowOn), some.until(fromNowOn)])
    const other = await started()
    await tell(mine.id, mine.worker, range(1, 20).map(String))
    await scene.core.coordinator.record({ runId: mine.id, attempt: 1, workerId: mine.worker, facts: ordinals(goodWork, 21) }, soon())
    const last = (messages: readonly StreamMessage[], id: RunId) => messages.findLast((message) => message.kind === 'run' && message.run.id === id)
    const ended = (messages: readonly StreamMessage[]): boolean => {
      const found = last(messages, mine.id)
      return found?.kind === 'run' && found.run.outcome === 'succeeded'
    }
    await Promise.all([all.until((messages) => ended(messages) && last(messages, other.id) !== undefined), some.until(ended)])
    assert.equal(last(some.messages, other.id), undefined)
    assert.ok(some.messages.length < 5, 'many changes come as few messages')
  })

  test('stop when asked to, and take another in their place however often', async () => {
    const { id, worker } = await started()
    using client = await open()
    for (let number = 0; number < 300; number += 1) {
      const stream = `run.${scene.ports.ids.next()}`
      client.ask({ kind: 'subscribe', stream, after: 0 })
      client.ask({ kind: 'unsubscribe', stream })
    }
    client.ask({ kind: 'subscribe', stream: `run.${id}`, after: 3 })
    await client.until((messages) => messages.some((message) => message.kind === 'caught-up' && message.stream === `run.${id}`))
    client.ask({ kind: 'unsubscribe', stream: `run.${id}` })
    await sleep(50)
    await tell(id, worker, ['not told'])
    await sleep(300)
    assert.deepEqual(client.sequences(`run.${id}`), [])
    assert.equal(client.messages.some(({ kind }) => kind === 'error'), false)
  })

  test('refuse nonsense and go on', async () => {
    const { id } = await started()
    using client = await open()
    for (const nonsense of ['', '{', '{"kind":"subscribe","stream":"../../etc"}', '{"kind":"dance"}']) client.ask(nonsense)
    await client.until((messages) => messages.filter(({ kind }) => kind === 'error').length === 4)
    client.ask({ kind: 'subscribe', stream: `run.${id}`, after: 0 })
    await client.until(() => client.sequences(`run.${id}`).length === 3)
  })

  test('over SSE resume by the id of the last event', async () => {
    const { id, worker } = await started()
    await tell(id, worker, ['1', '2'])
    const address = await scene.core.app.listen({ host: '127.0.0.1', port: 0 })
    const read = async (headers: Readonly<Record<string, string>>, query = ''): Promise<readonly string[]> => {
      const controller = new AbortController()
      const response = await fetch(`${address}/api/v1/runs/${id}/stream${query}`, { headers: { authorization, ...headers }, signal: controller.signal })
      assert.equal(response.headers.get('content-type'), 'text/event-stream')
      let text = ''
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk
        if (text.includes('caught-up')) break
      }
      controller.abort()
      return text.split('\n\n').filter((block) => block.includes('data:')).map((block) => {
        const sequence = /^id: (\d+)/m.exec(block)?.[1]
        const message = StreamMessage.parse(JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? ''))
        return `${sequence ?? '-'} ${message.kind === 'event' ? message.event.sequence : message.kind}`
      })
    }
    assert.deepEqual(await read({}), ['- connected', '1 1', '2 2', '3 3', '4 4', '5 5', '- caught-up'])
    assert.deepEqual(await read({ 'last-event-id': '3' }, '?after=1'), ['- connected', '4 4', '5 5', '- caught-up'])
    assert.deepEqual(await read({}, '?after=4'), ['- connected', '5 5', '- caught-up'])
    assert.deepEqual(refused(await scene.call('GET', `/api/v1/runs/${scene.ports.ids.next()}/stream`)), [404, 'not-found'])
  })
})

/** First bytes of whole frames. */
const [text, closing] = [0x81, 0x88]

/** The first whole frame, as a server sends it: not masked (RFC 6455, section 5.2). */
function frameAt(bytes: Buffer): { readonly end: number; readonly kind: number; readonly payload: Buffer } | null {
  if (bytes.length < 2) return null
  const short = bytes[1] ?? 0
  const header = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < header) return null
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  const end = header + length
  return bytes.length < end ? null : { end, kind: bytes[0] ?? 0, payload: bytes.subarray(header, end) }
}

describe('a hub under load', () => {
  let scene: Scene
  before(async () => { scene = await openScene({ realTime: true }) })
  after(async () => { await scene[Symbol.asyncDispose]() })

  /** A server whose clients are looked at often. */
  const serve = async (lookMs: number) => {
    const hub = startStreamHub(scene.ports)
    const app = fastify()
    await app.register(websocket)
    app.get('/stream', { websocket: true }, (socket, request) => { serveSocket(socket, request.raw.socket, scene.ports, hub, lookMs) })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    return { hub, port, [Symbol.asyncDispose]: async () => {
      await app.close()
      await hub[Symbol.asyncDispose]()
    } }
  }
  /** Asks for a stream over a connection of its own and then reads nothing. */
  const deafClient = async (port: number, request: StreamRequest): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const key = randomBytes(16).toString('base64')
    socket.write(`GET /stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`)
    await once(socket, 'data')
    socket.pause()
    const payload = Buffer.from(JSON.stringify(request))
    assert.ok(payload.length < 126, 'fits into a short frame')
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
    return socket
  }
  /** Reads to the end; the code with which the connection was closed. */
  const framesOf = async (socket: Socket): Promise<{ readonly code: number | null; readonly sequences: readonly number[] }> => {
    const sequences: number[] = []
    let left = Buffer.alloc(0)
    for await (const chunk of socket) {
      left = Buffer.concat([left, chunk as Buffer])
      for (let frame = frameAt(left); frame; frame = frameAt(left)) {
        left = left.subarray(frame.end)
        if (frame.kind === closing) return { code: frame.payload.readUInt16BE(0), sequences }
        if (frame.kind !== text) continue
        const message = StreamMessage.parse(JSON.parse(frame.payload.toString('utf8')))
        if (message.kind === 'event') sequences.push(message.event.sequence)
      }
    }
    return { code: null, sequences }
  }
  /** Reads a stream after a sequence until the last one has come. */
  const sequencesAfter = async (port: number, stream: `run.${RunId}`, after: number, last: number): Promise<readonly number[]> => {
    const sequences: number[] = []
    const socket = new WebSocket(`ws://127.0.0.1:${port}/stream`)
    socket.onopen = () => { socket.send(JSON.stringify({ kind: 'subscribe', stream, after } satisfies StreamRequest)) }
    socket.onmessage = ({ data }) => {
      const message = StreamMessage.parse(JSON.parse(String(data)))
      if (message.kind === 'event') sequences.push(message.event.sequence)
    }
    await until(() => (sequences.at(-1) ?? 0) >= last)
    socket.close()
    return sequences
  }
  const until = async (condition: () => boolean): Promise<void> => {
    const signal = AbortSignal.timeout(20_000)
    while (!condition()) {
      signal.throwIfAborted()
      await sleep(20)
    }
  }
  const longRun = async (megabytes: number): Promise<RunId> => {
    const id = await scene.run(await scene.project())
    const worker = scene.worker()
    await scene.claim(id, worker)
    const text = 'x'.repeat(15_000)
    for (let ordinal = 1; ordinal <= megabytes * 60; ordinal += 60) {
      const facts = ordinals(Array.from({ length: 60 }, () => fact.guidance(text)), ordinal)
      await scene.core.coordinator.record({ runId: id, attempt: 1, workerId: worker, facts }, AbortSignal.timeout(20_000))
    }
    return id
  }

  test('holds little for a subscriber that does not read, and lets it go', async () => {
    await using server = await serve(400)
    const id = await longRun(30)
    collectGarbage()
    const before = process.memoryUsage()
    const socket = await deafClient(server.port, { kind: 'subscribe', stream: `run.${id}`, after: 0 })
    await until(() => server.hub.watched() === 1)
    let most = 0
    await until(() => {
      // What nobody holds any more is not what a subscriber costs.
      collectGarbage()
      const now = process.memoryUsage()
      most = Math.max(most, now.arrayBuffers + now.external - before.arrayBuffers - before.external)
      return server.hub.watched() === 0
    })
    assert.ok(most < 20 * 1024 ** 2, `${Math.round(most / 1024 ** 2)} MB of buffers`)
    socket.destroy()
  })

  test('tells a subscriber that reads again too late why it was let go, and gives it the rest by its sequence', async () => {
    await using server = await serve(400)
    const id = await longRun(30)
    const stream = `run.${id}` as const
    const letGo = (): number => scene.ports.log.lines.filter(({ message }) => message === 'a subscriber that read nothing was let go').length
    const before = letGo()
    const socket = await deafClient(server.port, { kind: 'subscribe', stream, after: 0 })
    await until(() => letGo() > before)
    const first = await framesOf(socket)
    const reached = first.sequences.at(-1) ?? 0
    assert.deepEqual([first.code, first.sequences], [1013, range(1, reached)])
    socket.destroy()
    const last = 30 * 60 + 3
    assert.deepEqual(await sequencesAfter(server.port, stream, reached, last), range(reached + 1, last))
  })

  test('keeps nothing of a hundred clients that came and went', async () => {
    await using server = await serve(25_000)
    const id = await scene.run(await scene.project())
    for (let round = 0; round < 10; round += 1) {
      const sockets = await Promise.all(Array.from({ length: 10 }, async (_, index) =>
        deafClient(server.port, index % 2 === 0 ? { kind: 'subscribe', stream: `run.${id}`, after: 0 } : { kind: 'subscribe-runs' })))
      await until(() => server.hub.watched() === 1)
      for (const socket of sockets) socket.destroy()
      await until(() => server.hub.watched() === 0)
    }
    const handles = process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
    assert.ok(handles <= 12, `${handles} sockets: the database's and the queue's`)
  })
})
