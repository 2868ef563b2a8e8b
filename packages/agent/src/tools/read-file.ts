import { numberOf, textOf } from './arguments.ts'
import { cutLine } from './bounded-text.ts'
import { succeeded, failed, type Tool } from './tool.ts'

/** Lines of one view where the call names no end. */
const linesPerView = 400
const mostLines = 1000

/** Shows a part of a file with line numbers. */
export const readFile: Tool = {
  name: 'read_file',
  writes: false,
  async run(args, { files }) {
    const path = textOf(args, 'path')
    const lines = (await files.readText(path)).split('\n')
    if (lines.at(-1) === '') lines.pop()
    const start = Math.max(1, numberOf(args, 'start_line', 1))
    const wanted = numberOf(args, 'end_line', start + linesPerView - 1)
    if (wanted < start) return failed(`end_line ${wanted} lies before start_line ${start}.`)
    if (start > lines.length && lines.length > 0) return failed(`'${path}' has ${lines.length} lines; line ${start} is beyond its end.`)
    const end = Math.min(lines.length, wanted, start + mostLines - 1)
    return succeeded(view(path, lines, start, end))
  },
}

function view(path: string, lines: readonly string[], start: number, end: number): string {
  if (lines.length === 0) return `${path} is empty.`
  const width = String(end).length
  const numbered = lines.slice(start - 1, end).map((line, index) => `${String(start + index).padStart(width)}  ${cutLine(line)}`)
  const more = end < lines.length ? [`... ${lines.length - end} more lines; read on with start_line ${end + 1}.`] : []
  return [`${path} (lines ${start} to ${end} of ${lines.length})`, ...numbered, ...more].join('\n')
}
