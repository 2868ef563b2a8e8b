import { adviceOf } from '@codeforge/contracts/error-code'
import type { DiffStat } from '@codeforge/contracts/fact'
import type { Run } from '@codeforge/contracts/run'
import type { Outcome } from '@codeforge/contracts/run-status'
import { dollars, duration, plural, shortId, tokens } from '../output/figures.ts'
import { oneLine, printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { asTyped, commandName } from '../output/command-name.ts'

/** Each outcome in words. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  'succeeded': 'succeeded',
  'infrastructure': 'failed: something CodeForge needs did not work',
  'usage': 'refused: it cannot be done as asked',
  'gate-failed': 'failed: a gate did not pass',
  'policy': 'stopped: the policy does not allow it',
  'budget': 'stopped: the budget is used up',
  'limit-or-stall': 'stopped: a limit was reached or there was no progress',
  'timeout': 'stopped: it took too long',
  'setup-failed': 'failed: a setup command failed',
  'undelivered': 'done, but the result could not be delivered',
  'cancelled': 'cancelled',
}

/** How a run ended and what to do with its result, for people. */
export function resultLines(run: Run, patchFile: string | null, c: Terminal['out']): string[] {
  const words = run.outcome === null ? run.status : outcomeWords[run.outcome]
  const headline = run.outcome === 'succeeded' ? c.green(`✔ ${words}`) : run.outcome === null ? words : c.red(`✖ ${words}`)
  const rows: string[][] = []
  if (run.failure !== null) rows.push(['reason', oneLine(run.failure.message, 500)])
  // What to do about gates and deliveries stands in the last line.
  const advice = run.failure === null || run.outcome === 'gate-failed' || run.outcome === 'undelivered' ? null : adviceOf(run.failure.code)
  if (advice !== null) rows.push(['to do', asTyped(advice)])
  for (const { name, status, reason } of run.gates) rows.push(['gate', `${oneLine(name, 80)}: ${status}${status === 'failed' ? ` (${oneLine(reason, 200)})` : ''}`])
  if (run.delivery !== null) rows.push(...deliveryRows(run.delivery))
  if (run.kept !== null) rows.push(['change', `${statLine(run.kept)} (${keptWords(run)})`])
  if (patchFile !== null) rows.push(['patch', patchFile])
  rows.push(['cost', `${dollars(run.costMicroUsd)}, ${tokens(run.usage)}, ${plural(run.turns, 'turn')}${took(run)}`])
  rows.push(['run', `${run.id}${run.scripted ? ' (scripted model)' : ''}`])
  return [headline, ...summaryLines(run), ...table(rows.map(([name = '', value = '']) => [c.dim(name), value])), ...nextLines(run, patchFile).map((line) => c.dim(line))]
}

function summaryLines({ id, summary }: Run): string[] {
  if (summary === null || summary.trim() === '') return []
  const lines = printable(summary).trim().split('\n')
  return ['', ...lines.slice(0, 30), ...(lines.length > 30 ? [`… ${lines.length - 30} more lines: ${commandName()} show ${shortId(id)}`] : []), '']
}

function deliveryRows({ branch, commit, stat }: NonNullable<Run['delivery']>): string[][] {
  const rows = [['change', statLine(stat)]]
  if (branch !== null) rows.push(['branch', branch])
  if (commit !== null) rows.push(['commit', commit.slice(0, 12)])
  return rows
}

/** What is to be known of a change that a run left without delivering it. */
export function keptWords({ outcome }: Pick<Run, 'outcome'>): string {
  if (outcome === 'undelivered') return 'not delivered'
  return outcome === 'gate-failed' ? 'not delivered: a gate refused it' : 'not delivered: unfinished, no gate has judged it'
}

/** A change in figures: `2 files, +10 -3`. */
export function statLine({ files, insertions, deletions }: DiffStat): string {
  return files === 0 ? 'nothing changed' : `${plural(files, 'file')}, +${insertions} -${deletions}`
}

function took({ startedAt, endedAt }: Run): string {
  return startedAt === null || endedAt === null ? '' : `, ${duration(Date.parse(endedAt) - Date.parse(startedAt))}`
}

function nextLines(run: Run, patchFile: string | null): string[] {
  const id = shortId(run.id)
  if (run.status !== 'ended') return [`${commandName()} logs -f ${id} follows it.`]
  if (run.kept !== null) return [`See it: ${commandName()} diff ${id} · take it: ${commandName()} apply ${id} · try again: ${commandName()} retry ${id}`]
  if (run.outcome !== 'succeeded') return [`${commandName()} logs ${id} tells what happened; ${commandName()} retry ${id} tries again.`]
  if (run.delivery === null || run.delivery.stat.files === 0) return [`${commandName()} logs ${id} tells what happened.`]
  if (run.delivery.branch !== null && run.deliver === 'branch') return [`See it: ${commandName()} diff ${id} · take it: git merge ${run.delivery.branch} · drop it: ${commandName()} undo ${id}`]
  if (run.deliver === 'commit-local') return [`See it: ${commandName()} diff ${id} · drop it: git revert ${run.delivery.commit?.slice(0, 12) ?? ''}`]
  return [`See it: ${patchFile === null ? `${commandName()} diff ${id}` : `less ${patchFile}`} · take it: ${commandName()} apply ${id} · take it back: ${commandName()} undo ${id}`]
}
