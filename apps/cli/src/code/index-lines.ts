import type { SearchStatus } from '@codeforge/context/search/code-search'
import type { SemanticStatus } from '@codeforge/context/semantic/semantic-status'
import { bytes, count, duration } from '../output/figures.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

const shownSkips = 20

/** What an update of the index did, in one line. */
export function summaryLine({ files, definitions, milliseconds, report }: SearchStatus): string {
  return `${count(files)} files, ${count(definitions)} definitions; read ${count(report.read)}, scanned ${count(report.scanned)}, parsed ${count(report.parsed)} in ${duration(milliseconds)}.`
}

/** How far search by meaning is, where it is configured. */
export function meaningLine(semantic: SemanticStatus): string[] {
  return semantic.model === null ? [] : [`Embedded ${count(semantic.embedded)} of ${count(semantic.chunks)} chunks with ${printable(semantic.model)}${usedToday(semantic)}.${semantic.trouble === null ? '' : ` ${printable(semantic.trouble)}`}`]
}

function usedToday({ use }: SemanticStatus): string {
  if (use === null) return ''
  const money = use.microUsd > 0 ? `, $${(use.microUsd / 1_000_000).toFixed(4)}` : ''
  return `; ${count(use.tokens)} of ${count(use.mostTokens)} tokens today${money}`
}

/** Everything that is known of an index. */
export function statsLines(status: SearchStatus, semantic: SemanticStatus, c: Terminal['out']): string[] {
  const { report } = status
  const rows = [
    ['files', count(status.files)],
    ['bytes', bytes(report.bytes)],
    ['chunks', count(status.chunks)],
    ['definitions', `${count(status.definitions)}${status.exact ? ', exact' : ', some from the quick scan'}`],
    ['commits', count(status.commits)],
    ['on disk', bytes(report.storeBytes)],
    ['memory', bytes(report.residentBytes)],
    ['read, scanned, parsed', `${report.read}, ${report.scanned}, ${report.parsed} files`],
    ['took', duration(status.milliseconds)],
    ['skipped', count(report.skipped.length)],
    ['answers by', semantic.text],
    ...(semantic.model === null ? [] : [['embeddings', `${semantic.model}; ${count(semantic.embedded)} of ${count(semantic.chunks)} chunks${usedToday(semantic)}`]]),
  ]
  const skips = report.skipped.slice(0, shownSkips).map(({ path, reason }) => `  ${printable(path)}: ${printable(reason)}`)
  const more = report.skipped.length > shownSkips ? [`  ... and ${report.skipped.length - shownSkips} more; --json lists all.`] : []
  return [...table(rows.map(([name = '', value = '']) => [c.dim(name), value])), ...skips, ...more]
}
