import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { dataDirectoryOf } from '@codeforge/host/config/directories'
import { layout } from '@codeforge/host/data/data-directory'
import { readHostAddress } from '@codeforge/host/data/host-lock'
import type { Host, HostOptions } from '@codeforge/host/host'
import { answers, apiClient } from './client.ts'
import type { ApiClient } from './client.ts'

export interface ConnectOptions {
  readonly config?: string
  readonly data?: string
  /** False: a command that only looks or steers, so this process works on no run should it become the host. */
  readonly work?: boolean
}

export interface Connection extends AsyncDisposable {
  readonly client: ApiClient
  /** The host in this process; null where another process is the host. */
  readonly host: Host | null
}

/** How long another process may take between taking the lock and answering; a migration is in it. */
const startingMs = 60_000

/**
 * Reaches CodeForge: the server that CODEFORGE_URL names; else the process that is host of the data directory already, over
 * its API; else this process becomes the host, on any free port.
 */
export async function connect(options: ConnectOptions, signal?: AbortSignal): Promise<Connection> {
  const deadline = Date.now() + startingMs
  for (;;) {
    signal?.throwIfAborted()
    const running = await findHost(options)
    if (running) return { client: running.client, host: null, [Symbol.asyncDispose]: async () => undefined }
    // Only who becomes a host needs its code, which is most of what there is to load.
    const { openHost } = await import('@codeforge/host/host')
    const host = await openHost(hostOptions(options))
    if (host) return { client: apiClient(host.url, host.token), host, [Symbol.asyncDispose]: async () => host[Symbol.asyncDispose]() }
    if (Date.now() > deadline) throw new CodeForgeError('data-locked', 'Another CodeForge process holds the data directory, but its server does not answer.')
    await sleep(100)
  }
}

export interface RunningHost {
  readonly client: ApiClient
  /** Its process; null where it is named by CODEFORGE_URL, so perhaps on another machine. */
  readonly pid: number | null
}

/** The server that CODEFORGE_URL names, else the process that is host now; null where there is none that answers. */
export async function findHost(options: Pick<ConnectOptions, 'data'>): Promise<RunningHost | null> {
  const named = namedServer(process.env)
  if (named) return { client: named, pid: null }
  const directory = layout(dataDirectoryOf(options.data, process.env))
  const address = await readHostAddress(directory)
  if (!address || !isAlive(address.pid)) return null
  if (!await answers(address.url)) return null
  const token = await readFile(directory.tokenFile, 'utf8').catch(() => '')
  return { client: apiClient(address.url, token.trim()), pid: address.pid }
}

/** The server of a fleet, or on another machine. Null: the one of the data directory is meant. */
export function namedServer({ CODEFORGE_URL: url, CODEFORGE_TOKEN: token }: NodeJS.ProcessEnv): ApiClient | null {
  if (!url) return null
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new CodeForgeError('invalid-config', 'CODEFORGE_URL is no address of a server, such as https://codeforge.example.org.')
  if (!token) throw new CodeForgeError('invalid-config', 'CODEFORGE_URL is set, but CODEFORGE_TOKEN is not: it is in the file `token` of the server\'s data directory.')
  return apiClient(url, token.trim())
}

/** Whether there is a process of that id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A host that serves one command: any free port, log into the data directory. */
function hostOptions({ config, data, work = true }: ConnectOptions): HostOptions {
  return {
    environment: work ? process.env : { ...process.env, CODEFORGE_WORKER_SLOTS: '0' },
    port: 0,
    log: 'file',
    ...(config !== undefined && { configFile: config }),
    ...(data !== undefined && { dataDirectory: data }),
  }
}
