import { after, before } from 'node:test'
import { remoteCoordinator, serveCoordinator } from '@codeforge/ports/coordinator-over-queue'
import { describeCoordinatorContract } from '@codeforge/ports/testing/coordinator'
import { natsServer } from '@codeforge/testing/nats-server'
import type { NatsServer } from '@codeforge/testing/nats-server'
import { natsQueue } from './nats.ts'

let server: NatsServer

before(async () => void (server = await natsServer()))
after(() => server[Symbol.asyncDispose]())

describeCoordinatorContract('over nats, core and worker on connections of their own', async (core) => {
  await using opened = new AsyncDisposableStack()
  const open = async (identity: 'core' | 'worker') => opened.use(await natsQueue.open(natsQueue.config.parse({ servers: [server.url], identity })))
  const [coreQueue, workerQueue] = [await open('core'), await open('worker')]
  opened.use(await serveCoordinator(coreQueue, core))
  const disposal = opened.move()
  return { ...remoteCoordinator(workerQueue), [Symbol.asyncDispose]: () => disposal.disposeAsync() }
})
