import type { RunEventData } from '@codeforge/contracts/event'
import { oneLine } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'
import { outcomeWords } from './result-lines.ts'

/** The line by which the end of a run is told where nothing else tells it; null for every other event. */
export function endLine(data: RunEventData, c: Terminal['out']): string | null {
  switch (data.kind) {
    case 'run.succeeded':
      return c.green(`✔ ${outcomeWords.succeeded}`)
    case 'run.failed':
      return c.red(`✖ ${outcomeWords[data.outcome]}: ${oneLine(data.message, 500)}`)
    case 'run.cancelled':
      return c.red(`✖ ${outcomeWords.cancelled}`)
    default:
      return null
  }
}
