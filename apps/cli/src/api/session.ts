import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Unreachable } from './client.ts'
import type { ApiClient, RequestOptions } from './client.ts'
import { connect } from './connect.ts'
import type { Connection, ConnectOptions } from './connect.ts'
import type { Host } from '@codeforge/host/host'

/** A connection that outlives its host: when the host leaves, another one is found, or this process becomes it. */
export interface Session extends AsyncDisposable {
  /** Sends each request until a host has answered it. */
  readonly client: Pick<ApiClient, 'get' | 'post' | 'bytes'>
  /** Where the host is at the moment. */
  address(): Pick<ApiClient, 'url' | 'token'>
  /** The host in this process, where it is one at the moment. */
  host(): Host | null
  /** Finds the host of now. Cheap where it is still the same. */
  reconnect(): Promise<void>
}

/** How often a request is sent again to a new host. */
const mostTries = 5

/** Opens a session on a data directory. */
export async function openSession(options: ConnectOptions): Promise<Session> {
  let connection: Connection = await connect(options)
  const renew = async (): Promise<void> => {
    if (connection.host !== null) return
    const old = connection
    connection = await connect(options)
    await old[Symbol.asyncDispose]()
  }
  const insist = async <Result>(request: (client: ApiClient) => Promise<Result>): Promise<Result> => {
    for (let tries = 1; ; tries++) {
      try {
        return await request(connection.client)
      } catch (error) {
        if (!(error instanceof Unreachable) || tries === mostTries) throw error
        await sleep(200 * tries)
        await renew()
      }
    }
  }
  return {
    client: {
      get: async (path, schema, request) => insist(async (client) => client.get(path, schema, request)),
      post: async (path, schema, request) => {
        const once = sentOnce(request)
        return insist(async (client) => client.post(path, schema, once))
      },
      bytes: async (path) => insist(async (client) => client.bytes(path)),
    },
    address: () => connection.client,
    host: () => connection.host,
    reconnect: renew,
    [Symbol.asyncDispose]: async () => connection[Symbol.asyncDispose](),
  }
}

/** A write that may be sent twice must count once. */
function sentOnce(request: RequestOptions = {}): RequestOptions {
  return { idempotencyKey: randomUUID(), ...request }
}
