import { readFile } from 'node:fs/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { connect, credsAuthenticator, nkeyAuthenticator, tokenAuthenticator, usernamePasswordAuthenticator } from '@nats-io/transport-node'
import type { Authenticator, NatsConnection } from '@nats-io/transport-node'
import type { NatsConfig } from './config.ts'

const firstWaitMs = 50
const longestWaitMs = 2_000
/** A server that is silent for two of these counts as gone. */
const pingEveryMs = 10_000

/** Connects, and from then on reconnects for ever. `queue-unavailable` where no server lets us in. */
export async function connectNats(config: NatsConfig): Promise<NatsConnection> {
  const authenticator = await authenticatorOf(config.login)
  let attempts = 0
  try {
    const connection = await connect({
      servers: config.servers,
      name: config.name,
      inboxPrefix: config.inboxPrefix,
      timeout: config.connectMs,
      maxReconnectAttempts: -1,
      // An operator may be changing the password at this moment.
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
      pingInterval: pingEveryMs,
      maxPingOut: 2,
      reconnectDelayHandler: () => Math.min(firstWaitMs * 2 ** Math.min(attempts++, 10), longestWaitMs) * (0.75 + Math.random() / 2),
      ...(authenticator && { authenticator }),
      ...(config.tls && { tls: definedOnly(config.tls) }),
    })
    void resetOnReconnect(connection, () => (attempts = 0))
    return connection
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CodeForgeError('queue-unavailable', `No connection to NATS at ${config.servers.map(withoutSecrets).join(', ')}: ${reason}`, { cause })
  }
}

async function resetOnReconnect(connection: NatsConnection, reset: () => void): Promise<void> {
  for await (const status of connection.status()) if (status.type === 'reconnect') reset()
}

async function authenticatorOf(login: NatsConfig['login']): Promise<Authenticator | undefined> {
  switch (login.kind) {
    case 'none': return undefined
    case 'password': return usernamePasswordAuthenticator(login.user, login.password)
    case 'token': return tokenAuthenticator(login.token)
    case 'nkey': return nkeyAuthenticator(new TextEncoder().encode(login.seed))
    case 'credentials': {
      const credentials = await readFile(login.file).catch((cause: unknown) => {
        throw new CodeForgeError('invalid-config', `The NATS credentials file ${login.file} cannot be read.`, { cause })
      })
      return credsAuthenticator(credentials)
    }
    default: return login satisfies never
  }
}

function definedOnly(tls: NonNullable<NatsConfig['tls']>): Record<string, string> {
  return Object.fromEntries(Object.entries(tls).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** An address may carry a login; messages must not. */
const withoutSecrets = (server: string): string => server.replace(/^([a-z]+:\/\/)?.*@/, '$1')
