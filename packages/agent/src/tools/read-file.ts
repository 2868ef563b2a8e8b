import { numberOf, textOf } from './arguments.ts'
import { cutLine } from './bounded-text.ts'
import { succeeded, failed, type Tool } from './tool.ts'

/** Lines of one view where the call names no limit. */
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
    const start = Math.max(1, numberOf(args, 'offset', 1))
    if (start > lines.length && lines.length > 0) return failed(`'${path}' has ${lines.length} lines; line ${start} is beyond its end.`)
    const limit = Math.min(mostLines, Math.max(1, numberOf(args, 'limit', linesPerView)))
    return succeeded(view(path, lines, start, Math.min(lines.length, start + limit - 1)))
  },
}

function view(path: string, lines: readonly string[], start: number, end: number): string {
  if (lines.length === 0) return `${path} is empty.`
  const width = String(end).length
  const numbered = lines.slice(start - 1, end).map((line, index) => `${String(start + index).padStart(width)}  ${cutLine(line)}`)
  const more = end < lines.length ? [`... ${lines.length - end} more lines; read on with offset ${end + 1}.`] : []
  return [`${path} (lines ${start} to ${end} of ${lines.length})`, ...numbered, ...more].join('\n')
}
