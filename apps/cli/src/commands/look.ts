import type { Command } from 'commander'
import { ProjectId } from '@codeforge/contracts/ids'
import { pageOf } from '@codeforge/contracts/page'
import { Project } from '@codeforge/contracts/project'
import type { RunSummary } from '@codeforge/contracts/run'
import { RunStatus } from '@codeforge/contracts/run-status'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { RunPage } from '../api/replies.ts'
import type { Session } from '../api/session.ts'
import { withSession } from '../api/with-session.ts'
import { ago, dollars, shortId } from '../output/figures.ts'
import { oneLine } from '../output/printable.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { positiveInteger } from '../parse-values.ts'
import { findRun } from '../run/find-run.ts'
import { keptWords, statLine } from '../run/result-lines.ts'
import { runLines } from '../run/run-lines.ts'
import { commandName } from '../output/command-name.ts'

interface ListOptions {
  readonly status?: string
  readonly project?: string
  readonly limit: number
  readonly json?: true
}

/** `codeforge runs`, `show` and `diff`: what there is. */
export function addLook(program: Command, terminal: Terminal): void {
  program.command('runs')
    .summary('list runs, newest first')
    .description('Lists runs, newest first.')
    .option('--status <states>', `only in these states, separated by commas: ${RunStatus.options.join(', ')}`)
    .option('--project <name|id>', 'only of this project')
    .option('-n, --limit <n>', 'at most so many', positiveInteger, 20)
    .option('--json', 'prints one JSON object')
    .action(async (options: ListOptions, command: Command) => listRuns(terminal, options, command))
  program.command('show')
    .summary('show a run: state, gates, delivery, cost')
    .description('Shows a run: its state or how it ended, gates, delivery, cost.')
    .argument('<run>', 'id, its beginning, or `last`')
    .option('--json', 'prints one JSON object')
    .action(async (named: string, { json }: { json?: true }, command: Command) =>
      withSession(command, terminal, { work: false }, async ({ session: { client } }) => {
        const run = await findRun(client, named)
        if (json) terminal.print(JSON.stringify(run))
        else for (const line of runLines(run, terminal.out)) terminal.print(line)
        return 0
      }))
  program.command('diff')
    .summary('print the change that a run delivered')
    .description('Prints the change that a run delivered, or left undelivered, as a patch that git apply takes.')
    .argument('<run>', 'id, its beginning, or `last`')
    .action(async (named: string, _options: unknown, command: Command) =>
      withSession(command, terminal, { work: false }, async ({ session: { client } }) => {
        const run = await findRun(client, named)
        const patch = await client.bytes(`/runs/${run.id}/diff`)
        if (run.kept !== null) terminal.note(terminal.err.yellow(`${statLine(run.kept)}, ${keptWords(run)}`))
        terminal.write(patch)
        return 0
      }))
}

async function listRuns(terminal: Terminal, { status, project, limit, json }: ListOptions, command: Command): Promise<void> {
  await withSession(command, terminal, { work: false }, async ({ session: { client } }) => {
    const projectId = project === undefined ? undefined : await findProjectId(client, project)
    const items: RunSummary[] = []
    let cursor: string | undefined
    do {
      const page = await client.get('/runs', RunPage, { query: { status, projectId, cursor, limit: Math.min(200, limit - items.length) } })
      items.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined && items.length < limit)
    if (json) terminal.print(JSON.stringify({ items, nextCursor: cursor ?? null }))
    else for (const line of listLines(items, terminal)) terminal.print(line)
    return 0
  })
}

function listLines(runs: readonly RunSummary[], { out, columns }: Terminal): string[] {
  if (runs.length === 0) return [`No runs. Start one: ${commandName()} run "fix the failing test"`]
  const now = Date.now()
  const rows = runs.map((run) => [
    shortId(run.id), stateOf(run, out), ago(run.createdAt, now), run.scripted ? 'scripted' : dollars(run.costMicroUsd), oneLine(run.prompt, Math.max(20, columns - 60)),
  ])
  return table([['RUN', 'STATE', 'CREATED', 'COST', 'TASK'].map((word) => out.dim(word)), ...rows])
}

function stateOf({ status, outcome, openQuestions }: RunSummary, c: Terminal['out']): string {
  if (outcome === 'succeeded') return c.green(outcome)
  if (outcome !== null) return outcome === 'cancelled' ? c.dim(outcome) : c.red(outcome)
  return openQuestions > 0 ? c.yellow(`${status} (asks)`) : c.cyan(status)
}

async function findProjectId(client: Session['client'], named: string): Promise<ProjectId> {
  const whole = ProjectId.safeParse(named.toLowerCase())
  if (whole.success) return whole.data
  let cursor: string | undefined
  do {
    const page = await client.get('/projects', pageOf(Project), { query: { cursor, limit: 200 } })
    const found = page.items.find(({ name, slug, localPath }) => [name, slug, localPath].includes(named))
    if (found) return found.id
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  throw new CodeForgeError('not-found', `There is no project '${named}'. Give its name, short name or id as the dashboard shows it.`)
}
