import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url))

/** Not even a test process that is ended in the middle leaves them behind. */
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** Milliseconds in which a process must end once it is told to; its runs are handed over within ten seconds. */
const endLimitMs = 60_000

/** A CodeForge process of a test: core, worker or both. */
export interface CodeForgeProcess extends AsyncDisposable {
  readonly pid: number
  readonly dataDirectory: string
  /** Everything it has printed. */
  output(): string
  /** True once the process is gone. */
  ended(): boolean
  /** Sends the signal and waits until the process is gone; fails, and kills it, where it stays. */
  end(signal: NodeJS.Signals): Promise<void>
}

/**
 * Starts the command line with a data directory and settings of its own; nothing of this process' CODEFORGE_* settings reaches it.
 * `prefix` stands before the command and must end in executing it.
 */
export function startCodeForge(
  args: readonly string[], dataDirectory: string, settings: Readonly<Record<string, string>> = {}, prefix: readonly string[] = [],
): CodeForgeProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CODEFORGE_') && name !== 'NODE_TEST_CONTEXT' && name !== 'FORCE_COLOR')
  const environment = { ...Object.fromEntries(inherited), CODEFORGE_DATA: dataDirectory, ...settings }
  const [program = '', ...rest] = [...prefix, process.execPath, '--disable-warning=ExperimentalWarning', cli, ...args]
  const child = spawn(program, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output = (output + text).slice(-200_000) })
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null
  running.add(child)
  child.once('exit', () => running.delete(child))
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (ended()) return
    const gone = once(child, 'exit')
    child.kill(signal)
    child.kill('SIGCONT')
    const patience = setTimeout(() => child.kill('SIGKILL'), endLimitMs) // one that does not end by itself is a failure, told below
    await gone
    clearTimeout(patience)
    if (signal !== 'SIGKILL' && child.signalCode === 'SIGKILL') throw new Error(`${args.join(' ')} did not end within ${endLimitMs / 1000} s of ${signal}. It printed:\n${output}`)
  }
  return { pid: child.pid ?? 0, dataDirectory, output: () => output, ended, end, [Symbol.asyncDispose]: async () => end('SIGKILL') }
}

/** Asks the API of a process; the answer's JSON. */
export type Ask = (method: 'GET' | 'POST', path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Record<string, unknown>>

/** Milliseconds that an answer may take; a process that was stopped gives none. */
const answerLimitMs = 20_000

/** Waits until the process serves its API, and returns a way to ask it. */
export async function apiOf({ dataDirectory, output, ended }: Pick<CodeForgeProcess, 'dataDirectory' | 'output' | 'ended'>, limitMs = 60_000): Promise<Ask> {
  const address = await until(async () => {
    const { url } = JSON.parse(await readFile(join(dataDirectory, 'host.json'), 'utf8')) as { url: string }
    return (await fetch(`${url}/health`)).ok ? url : null
  }, () => (ended() ? 0 : limitMs), () => `the server did not come up. It printed:\n${output()}`)
  const token = (await readFile(join(dataDirectory, 'token'), 'utf8')).trim()
  return async (method, path, body, more) => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more }
    const signal = AbortSignal.timeout(answerLimitMs)
    const response = await fetch(`${address}/api/v1${path}`, { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const answer = await response.json() as Record<string, unknown>
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
}

/** Asks again and again until there is an answer; failures on the way count as none. */
export async function until<Answer>(ask: () => Promise<Answer | null | false>, limit: number | (() => number), explain: () => string): Promise<Answer> {
  const started = performance.now()
  for (;;) {
    const answer = await ask().catch(() => null)
    if (answer !== null && answer !== false) return answer
    if (performance.now() - started > (typeof limit === 'number' ? limit : limit())) throw new Error(explain())
    await sleep(50)
  }
}
