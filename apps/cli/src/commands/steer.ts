import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { Accepted } from '@codeforge/contracts/api'
import { Run } from '@codeforge/contracts/run'
import type { RunId } from '@codeforge/contracts/ids'
import { exitCodes } from '@codeforge/contracts/run-status'
import type { Session } from '../api/session.ts'
import { withSession } from '../api/with-session.ts'
import { shortId } from '../output/figures.ts'
import type { Terminal } from '../output/terminal.ts'
import { findRun, findRunId } from '../run/find-run.ts'
import { resultLines } from '../run/result-lines.ts'
import { watchRun } from '../run/watch-run.ts'
import { commandName } from '../output/command-name.ts'

const runArgument = ['<run>', 'id, its beginning, or `last`'] as const

/** How long `cancel` waits for the run to be recorded as cancelled; a lost worker's lease must run out first. */
const cancelPatienceMs = 60_000

/** `codeforge cancel`, `pause`, `resume` and `retry`. */
export function addSteer(program: Command, terminal: Terminal): void {
  program.command('cancel')
    .summary('cancel a run')
    .description('Cancels a run and waits until that is recorded.')
    .argument(...runArgument)
    .option('--reason <text>', 'why, for the record')
    .action(async (named: string, { reason }: { reason?: string }, command: Command) =>
      withSession(command, terminal, { work: false }, async ({ session, interrupted }) => {
        const id = await findRunId(session.client, named)
        await session.client.post(`/runs/${id}/cancel`, Run, { body: { reason: reason ?? 'cancelled on the command line' } })
        const run = await untilEnded(session, id, interrupted)
        terminal.print(run.status === 'ended' ? `Run ${shortId(id)} is ${run.outcome ?? 'ended'}.` : `Run ${shortId(id)} is asked to stop; it is ${run.status}.`)
        return 0
      }))
  program.command('pause')
    .summary('pause a run after its current step')
    .description('Pauses a run after its current step; its work is kept.')
    .argument(...runArgument)
    .action(async (named: string, _options: unknown, command: Command) =>
      withSession(command, terminal, { work: false }, async ({ session: { client } }) => {
        const id = await findRunId(client, named)
        const run = await client.post(`/runs/${id}/pause`, Run)
        terminal.print(run.status === 'paused' ? `Run ${shortId(id)} is paused.` : `Run ${shortId(id)} pauses after its current step. ${commandName()} resume ${shortId(id)} goes on.`)
        return 0
      }))
  program.command('resume')
    .summary('go on with a paused run')
    .description('Goes on with a paused run.')
    .argument(...runArgument)
    .action(async (named: string, _options: unknown, command: Command) =>
      withSession(command, terminal, { work: true }, async ({ session: { client } }) => {
        const id = await findRunId(client, named)
        await client.post(`/runs/${id}/resume`, Run)
        terminal.print(`Run ${shortId(id)} goes on. ${commandName()} logs -f ${shortId(id)} follows it.`)
        return 0
      }))
  addRetry(program, terminal)
}

function addRetry(program: Command, terminal: Terminal): void {
  program.command('retry')
    .summary('try an ended run again, as a new run')
    .description('Tries an ended run again, as a new run that asks for the same.')
    .argument(...runArgument)
    .option('--prompt <text>', 'asks for this instead')
    .option('--model <model>', 'with this model instead')
    .option('-f, --follow', 'follows the new run to its end; the exit code is its outcome')
    .action(async (named: string, { follow, ...changes }: { prompt?: string, model?: string, follow?: true }, command: Command) =>
      withSession(command, terminal, { work: true }, async ({ session, interrupted }) => {
        const old = await findRun(session.client, named)
        const { id } = await session.client.post(`/runs/${old.id}/retry`, Accepted, { body: changes })
        if (!follow) {
          terminal.print(id)
          return 0
        }
        const run = await watchRun(session, terminal, id, { ask: old.attended, bell: true, cancels: true }, interrupted)
        for (const line of resultLines(run, null, terminal.out)) terminal.print(line)
        return run.outcome === null ? exitCodes.infrastructure : exitCodes[run.outcome]
      }))
}

async function untilEnded({ client }: Session, id: RunId, interrupted: AbortSignal): Promise<Run> {
  const deadline = Date.now() + cancelPatienceMs
  for (;;) {
    const run = await client.get(`/runs/${id}`, Run)
    if (run.status === 'ended' || interrupted.aborted || Date.now() > deadline) return run
    await sleep(200)
  }
}
