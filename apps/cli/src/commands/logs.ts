import type { Command } from 'commander'
import { EventEnvelope, isRunEvent } from '@codeforge/contracts/event'
import type { RunEvent } from '@codeforge/contracts/event'
import { z } from 'zod'
import type { Session } from '../api/session.ts'
import { withSession } from '../api/with-session.ts'
import { followRun } from '../follow/follow-run.ts'
import type { Terminal } from '../output/terminal.ts'
import { endLine } from '../run/end-line.ts'
import { eventLines } from '../run/event-lines.ts'
import { findRun } from '../run/find-run.ts'

const Events = z.strictObject({ items: z.array(EventEnvelope), last: z.int() })
const pageSize = 500

interface LogOptions {
  readonly follow?: true
  readonly json?: true
}

/** `codeforge logs`: what a run said and did. */
export function addLogs(program: Command, terminal: Terminal): void {
  program.command('logs')
    .summary('tell what a run said and did')
    .description('Tells what a run said and did: turns, tool calls with verdicts, gates, delivery.')
    .argument('<run>', 'id, its beginning, or `last`')
    .option('-f, --follow', 'goes on until the run has ended')
    .option('--json', 'prints one event per line, as JSON')
    .action(async (named: string, options: LogOptions, command: Command) =>
      withSession(command, terminal, { work: options.follow === true }, async ({ session, interrupted }) => {
        const run = await findRun(session.client, named)
        const tell = (event: RunEvent): void => {
          if (options.json) return terminal.print(JSON.stringify(event))
          for (const line of [...eventLines(event, terminal.out), endLine(event.data, terminal.out) ?? []].flat()) terminal.print(line)
        }
        if (options.follow && run.status !== 'ended') await followRun(session, run.id, { onEvent: tell }, AbortSignal.any([interrupted, terminal.gone]))
        else await readAll(session, run.id, tell, terminal.gone)
        return 0
      }))
}

async function readAll({ client }: Session, id: string, tell: (event: RunEvent) => void, gone: AbortSignal): Promise<void> {
  for (let after = 0; !gone.aborted;) {
    const { items } = await client.get(`/runs/${id}/events`, Events, { query: { after, limit: pageSize } })
    for (const event of items) if (isRunEvent(event)) tell(event)
    if (items.length < pageSize) return
    after = items.at(-1)?.sequence ?? after
  }
}
