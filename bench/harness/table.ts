import type { Mark } from './family.ts'
import type { Measured } from './measure.ts'

/** The measured rows as text, one line each, columns aligned. */
export function tableOf(rows: readonly Measured[]): string {
  const head = ['row', 'ours', 'baseline', 'ratio', 'mark', '', 'compared with']
  const body = rows.map((row) => [
    `${row.family}: ${row.name}`,
    `${figure(row.ours)} ${row.unit}`,
    `${figure(row.baseline)} ${row.unit}`,
    figure(row.ratio),
    row.marks.map((mark) => markText(mark, row.unit)).join(', '),
    row.met === null ? '' : row.met ? 'met' : 'MISSED',
    row.comparedWith,
  ])
  const lines = [head, ...body]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}

function markText({ of, is, value }: Mark, unit: string): string {
  return of === 'ours' ? `${is} ${value} ${unit}` : `ratio ${is} ${value}`
}

/** Three significant digits; from 1000 on whole numbers. */
function figure(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
