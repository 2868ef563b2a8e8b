import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Health } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { dataDirectoryOf } from '@codeforge/host/config/directories'
import { layout } from '@codeforge/host/data/data-directory'
import { readHostAddress } from '@codeforge/host/data/host-lock'
import { openHost } from '@codeforge/host/host'
import type { Host } from '@codeforge/host/host'
import { apiClient } from './client.ts'
import type { ApiClient } from './client.ts'

export interface ConnectOptions {
  readonly config?: string
  readonly data?: string
}

export interface Connection extends AsyncDisposable {
  readonly client: ApiClient
  /** The host in this process; null where another process is the host. */
  readonly host: Host | null
}

/** How long another process may take between taking the lock and answering. */
const startingMs = 30_000

/**
 * Reaches the CodeForge of a data directory: the process that is its host already, over its API; else this process
 * becomes the host, on any free port.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const deadline = Date.now() + startingMs
  for (;;) {
    const running = await findHost(options)
    if (running) return { client: running, host: null, [Symbol.asyncDispose]: async () => undefined }
    const host = await openHost(hostOptions(options))
    if (host) return { client: apiClient(host.url, host.token), host, [Symbol.asyncDispose]: async () => host[Symbol.asyncDispose]() }
    if (Date.now() > deadline) throw new CodeForgeError('data-locked', 'Another CodeForge process holds the data directory, but its server does not answer.')
    await sleep(100)
  }
}

/** A client of the process that is host now; null where there is none. */
export async function findHost(options: ConnectOptions): Promise<ApiClient | null> {
  const directory = layout(dataDirectoryOf(options.data, process.env))
  const address = await readHostAddress(directory)
  if (!address) return null
  const token = await readFile(directory.tokenFile, 'utf8').catch(() => '')
  const client = apiClient(address.url, token.trim())
  const health = await client.get('/health', Health).catch(() => null)
  return health === null ? null : client
}

/** A host that serves one command: any free port, log into the data directory. */
function hostOptions({ config, data }: ConnectOptions) {
  return {
    environment: process.env,
    port: 0,
    log: 'file' as const,
    ...(config !== undefined && { configFile: config }),
    ...(data !== undefined && { dataDirectory: data }),
  }
}
