import type { Command } from 'commander'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { globalsOf } from '../globals.ts'
import type { Terminal } from '../output/terminal.ts'
import { port } from '../parse-values.ts'
import { startLines } from '../start/start-lines.ts'
import { untilStopped } from '../start/until-stopped.ts'

/** `codeforge core` and `codeforge worker`: the two halves of a fleet, one process each. */
export function addFleet(program: Command, terminal: Terminal): void {
  program.command('core')
    .summary('fleet: serve and record, without working on runs')
    .description('The core of a fleet: API, dashboard, records and dispatch. Workers reach it over NATS; it works on no run itself.')
    .option('--port <port>', 'port to listen on; 0 takes any free one', port)
    .action(async (options: { readonly port?: number }, command: Command) => core(terminal, options, command))
  program.command('worker')
    .summary('fleet: work on runs of a core elsewhere')
    .description('A worker of a fleet: takes runs over NATS and works on them. It needs queue.adapter nats and NATS_URL, and holds no database credential.')
    .action(async (_options: unknown, command: Command) => worker(terminal, command))
}

async function core(terminal: Terminal, options: { readonly port?: number }, command: Command): Promise<void> {
  const { openHost } = await import('@codeforge/host/host')
  using serving = untilStopped(terminal)
  await using host = await openHost({
    ...fleetOptions(command),
    signal: serving.signal,
    environment: { ...process.env, CODEFORGE_WORKER_SLOTS: '0' },
    ...(options.port !== undefined && { port: options.port }),
  })
  if (!host) throw new CodeForgeError('data-locked', 'Another CodeForge process is the host of this data directory. Each core needs one of its own.')
  for (const line of startLines(host, null, terminal.out)) terminal.print(line)
  await serving.stopped
}

async function worker(terminal: Terminal, command: Command): Promise<void> {
  const { openFleetWorker } = await import('@codeforge/host/fleet')
  using serving = untilStopped(terminal)
  await using _worker = await openFleetWorker({ ...fleetOptions(command), environment: process.env, signal: serving.signal })
  terminal.print('The worker takes runs. Ctrl-C stops it; runs under way go on with another worker.')
  await serving.stopped
}

/** In a fleet, whatever runs the process collects its log. */
function fleetOptions(command: Command) {
  const { config, data } = globalsOf(command)
  return { log: 'stderr' as const, ...(config !== undefined && { configFile: config }), ...(data !== undefined && { dataDirectory: data }) }
}
