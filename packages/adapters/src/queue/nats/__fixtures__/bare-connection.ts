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
