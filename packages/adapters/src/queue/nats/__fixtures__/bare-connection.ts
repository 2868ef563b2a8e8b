import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/transport-node'
import { deadStream, jobStream } from '../streams.ts'

/** A connection without any of our code, as an operator's tool would have it. */
export async function bareConnection(url: string, login: { readonly user?: string; readonly pass?: string } = {}): Promise<NatsConnection & AsyncDisposable> {
  return connect({ servers: [url], ...login })
}

/** Deletes both streams with their consumers, as far as they exist. */
export async function deleteStreams(url: string): Promise<void> {
  await using connection = await bareConnection(url)
  const { streams } = await jetstreamManager(connection)
  for (const name of [jobStream, deadStream]) await streams.delete(name).catch(() => undefined)
}

/** Somebody who makes the job stream again the moment it is missing, while the server still deletes the old one's files. */
export async function raceTheDeletion(url: string): Promise<AsyncDisposable & { run(): Promise<void> }> {
  await using stack = new AsyncDisposableStack()
  const [deleter, maker] = [stack.use(await bareConnection(url)), stack.use(await bareConnection(url))]
  const [deleting, making] = await Promise.all([deleter, maker].map((connection) => jetstreamManager(connection)))
  if (!deleting || !making) throw new Error('there are two connections')
  const disposal = stack.move()
  return {
    async run() {
      const { config } = await making.streams.info(jobStream)
      const deleted = deleting.streams.delete(jobStream)
      while (await making.streams.info(jobStream).then(() => true, () => false));
      await making.streams.add(config).catch(() => undefined) // refused while the old files are in the way
      await deleted
    },
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}
