import { readFile } from 'node:fs/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { Simulation } from '@codeforge/contracts/policy-api'
import { withSession } from '../api/with-session.ts'
import { plural } from '../output/figures.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

interface SimulateOptions {
  readonly profile?: string
  readonly file?: string
  readonly since: Date
  readonly json?: true
}

const unitMs = { h: 3_600_000, d: 24 * 3_600_000, w: 7 * 24 * 3_600_000 } as const
const shownChanges = 50

/** `codeforge policy simulate`: what another profile would have said to the calls of past runs. */
export function addPolicySimulate(policy: Command, terminal: Terminal): void {
  policy.command('simulate')
    .description('Replays the recorded tool calls of past runs against another profile and shows what would change.')
    .option('-p, --profile <name>', 'policy profile to replay against')
    .option('--file <file>', 'a file with a profile that is not saved, in its place')
    .option('--since <time>', 'how far back: 12h, 30d, 8w, or a date', pastMoment, pastMoment('30d'))
    .option('--json', 'prints one JSON object')
    .action(async (options: SimulateOptions, command: Command) => withSession(command, terminal, { work: false }, async ({ session: { client } }) => {
      const { profile, file, since, json } = options
      if ((profile === undefined) === (file === undefined)) throw new CodeForgeError('invalid-input', 'Give either --profile or --file.')
      const yaml = file === undefined ? {} : { yaml: await readFile(file, 'utf8') }
      const body = { since: since.toISOString(), ...yaml }
      const simulation = await client.post(`/policies/${encodeURIComponent(profile ?? 'unsaved')}/simulate`, Simulation, { body })
      for (const line of json ? [JSON.stringify(simulation)] : simulationLines(simulation, profile ?? String(file), terminal.out)) terminal.print(line)
      return 0
    }))
}

/** A moment in the past, from `30d` or a date. */
function pastMoment(text: string): Date {
  const [, count, unit] = /^(\d{1,6})([hdw])$/.exec(text) ?? []
  const moment = count === undefined ? new Date(text) : new Date(Date.now() - Number(count) * unitMs[unit as keyof typeof unitMs])
  if (Number.isNaN(moment.getTime())) throw new InvalidArgumentError('Write 12h, 30d, 8w, or a date such as 2026-01-31.')
  return moment
}

function simulationLines(simulation: Simulation, name: string, c: Terminal['out']): string[] {
  const { runs, calls, same, skipped, truncated, changed, changedTotal } = simulation
  const summary = `${plural(calls, 'call')} of ${plural(runs, 'run')} under ${name}: ${same} as before, ${changedTotal} otherwise${skipped > 0 ? `, ${skipped} without their arguments` : ''}.`
  if (changedTotal === 0) return [summary]
  const head = ['RUN', 'WAS', 'NOW', 'RULE', 'CALL'].map((word) => c.dim(word))
  const rows = changed.slice(0, shownChanges).map(({ runId, was, now, rule, tool, call }) => [runId, was, now, rule, `${tool}: ${call.replaceAll(/\s+/g, ' ').slice(0, 100)}`])
  const more = changedTotal > rows.length ? [`... and ${changedTotal - rows.length} more; --json prints up to 1,000.`] : []
  const cut = truncated ? ['More calls lie in this time than one simulation replays: take a shorter one.'] : []
  return [summary, ...table([head, ...rows]), ...more, ...cut]
}
