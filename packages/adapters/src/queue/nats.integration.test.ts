import { after, before } from 'node:test'
import { describeQueueContract } from '@codeforge/ports/testing/queue'
import { natsServer } from '@codeforge/testing/nats-server'
import type { NatsServer } from '@codeforge/testing/nats-server'
import { natsQueue } from './nats.ts'
import { deleteStreams } from './nats/__fixtures__/bare-connection.ts'

const limits = { leaseMs: 400, maxDeliveries: 4 }
let server: NatsServer

before(async () => void (server = await natsServer()))
after(() => server[Symbol.asyncDispose]())

describeQueueContract('nats', async () => {
  await deleteStreams(server.url)
  return natsQueue.open(natsQueue.config.parse({ servers: [server.url], ...limits }))
}, limits)
