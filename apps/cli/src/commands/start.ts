import type { Command } from 'commander'
import type { Host } from '@codeforge/host/host'
import { findHost } from '../api/connect.ts'
import { globalsOf } from '../globals.ts'
import type { Terminal } from '../output/terminal.ts'
import { port } from '../parse-values.ts'
import { runningLines } from '../start/running-lines.ts'
import { startLines } from '../start/start-lines.ts'
import { untilStopped } from '../start/until-stopped.ts'
import type { Serving } from '../start/until-stopped.ts'

interface StartOptions {
  readonly port?: number
  readonly demo: boolean
}

/** `codeforge start`: serves dashboard and API, and works on runs, until it is stopped. */
export function addStart(program: Command, terminal: Terminal): void {
  program.command('start')
    .summary('serve the dashboard and work on runs until stopped')
    .description('Starts CodeForge on the data directory: dashboard, API and worker in one process. Ctrl-C stops it; runs that are under way go on at the next start.')
    .option('--port <port>', 'port to listen on; 0 takes any free one (default: server.port of the configuration, 4747)', port)
    .option('--no-demo', 'does not show the demonstration at the first start')
    .action(async (options: StartOptions, command: Command) => start(terminal, options, command))
}

async function start(terminal: Terminal, options: StartOptions, command: Command): Promise<void> {
  const { openHost } = await import('@codeforge/host/host')
  const globals = globalsOf(command)
  using serving = untilStopped(terminal)
  const host = await openHost({
    signal: serving.signal,
    environment: process.env,
    log: 'file',
    ...(globals.config !== undefined && { configFile: globals.config }),
    ...(globals.data !== undefined && { dataDirectory: globals.data }),
    ...(options.port !== undefined && { port: options.port }),
  })
  if (!host) return tellRunning(terminal, globals)
  await serve(host, terminal, options, serving)
}

async function serve(host: Host, terminal: Terminal, { demo }: StartOptions, { stopped, signal }: Serving): Promise<void> {
  await using served = host
  const demonstration = demo && !signal.aborted ? await served.demonstrate(signal) : null
  for (const line of startLines(served, demonstration, terminal.out)) terminal.print(line)
  await stopped
  terminal.note('Stopping; Ctrl-C again stops at once.')
}

async function tellRunning(terminal: Terminal, globals: { readonly data?: string }): Promise<void> {
  const running = await findHost(globals)
  for (const line of await runningLines(running, terminal.out)) terminal.print(line)
}
