import type { SearchStatus } from '@codeforge/context/search/code-search'
import { bytes, count, duration } from '../output/figures.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

const shownSkips = 20

/** What an update of the index did, in one line. */
export function summaryLine({ files, definitions, milliseconds, report }: SearchStatus): string {
  return `${count(files)} files, ${count(definitions)} definitions; read ${count(report.read)}, scanned ${count(report.scanned)}, parsed ${count(report.parsed)} in ${duration(milliseconds)}.`
}

/** Everything that is known of an index. */
export function statsLines(status: SearchStatus, c: Terminal['out']): string[] {
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
  ]
  const skips = report.skipped.slice(0, shownSkips).map(({ path, reason }) => `  ${printable(path)}: ${printable(reason)}`)
  const more = report.skipped.length > shownSkips ? [`  ... and ${report.skipped.length - shownSkips} more; --json lists all.`] : []
  return [...table(rows.map(([name = '', value = '']) => [c.dim(name), value])), ...skips, ...more]
}
