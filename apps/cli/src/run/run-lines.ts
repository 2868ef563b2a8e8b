import type { Run } from '@codeforge/contracts/run'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { resultLines } from './result-lines.ts'
import { commandName } from '../output/command-name.ts'

/** A run for people: what was asked, then where it stands or how it ended. */
export function runLines(run: Run, c: Terminal['out']): string[] {
  const rows = [
    ['mode', `${run.mode}, policy ${run.policy}, deliver ${run.deliver}`],
    ['model', run.scripted ? `${run.model} (a recorded conversation, no model)` : run.model],
    ['created', `${run.createdAt} by ${run.createdBy}`],
    ...(run.retryOf === null ? [] : [['retry of', run.retryOf]]),
    ...(run.openQuestions === 0 ? [] : [['asks', `${run.openQuestions}, see ${commandName()} answer`]]),
  ]
  return [c.bold(printable(run.prompt).trim()), ...table(rows.map(([name = '', value = '']) => [c.dim(name), value])), '', ...resultLines(run, null, c)]
}
