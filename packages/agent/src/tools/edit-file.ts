import { textOf } from './arguments.ts'
import { findBlock, type BlockFound } from './find-block.ts'
import { succeeded, failed, type Tool } from './tool.ts'

/** Replaces one block of a file: found exactly, else with whitespace not counted. */
export const editFile: Tool = {
  name: 'edit_file',
  writes: true,
  async run(args, { files }) {
    const path = textOf(args, 'path')
    const search = textOf(args, 'search')
    const text = await files.readText(path)
    const crlf = text.includes('\r\n')
    const [content, block, replacement] = [text, search, textOf(args, 'replace')].map((part) => (crlf ? part.replaceAll('\r\n', '\n') : part)) as [string, string, string]
    if (block === '') return failed('`search` is empty. Name the lines to replace, or use write_file for a new file.')
    if (block === replacement) return failed('`search` and `replace` are the same: nothing would change.')
    const found = findBlock(content, block)
    if (found.kind === 'ambiguous') {
      return failed(`\`search\` matches ${found.lines.length} places in ${path} (lines ${found.lines.join(', ')}). Add lines around it until only one matches.`)
    }
    if (found.kind === 'missing') return failed(notFound(path, found.nearest))
    const edited = replaceBlock(content, found, block, replacement)
    await files.write(path, crlf ? edited.replaceAll('\n', '\r\n') : edited)
    return succeeded(`Edited ${path}${found.exact ? '' : ' (matched with whitespace not counted)'}:\n${excerpt(edited, found.start, replacement)}`)
  },
}

function notFound(path: string, nearest: { readonly line: number; readonly text: string } | null): string {
  const said = `\`search\` was not found in ${path}, neither exactly nor with whitespace not counted. Nothing was changed.`
  return nearest ? `${said} The nearest lines start at ${nearest.line}:\n${nearest.text}` : `${said} Read the file again.`
}

function replaceBlock(text: string, found: BlockFound, search: string, replacement: string): string {
  const put = found.exact ? replacement : reindent(text.slice(found.start, found.end), search, replacement)
  return text.slice(0, found.start) + put + text.slice(found.end)
}

/** Where only the indentation differed, the replacement takes the file's. */
function reindent(present: string, search: string, replacement: string): string {
  const have = indentOf(present)
  const assumed = indentOf(search)
  const lines = replacement.replace(/^\n+|\n+$/g, '').split('\n')
  if (have === assumed) return lines.join('\n')
  return lines.map((line) => (line.trim() === '' ? line : line.startsWith(assumed) ? have + line.slice(assumed.length) : line)).join('\n')
}

function indentOf(block: string): string {
  const line = block.split('\n').find((candidate) => candidate.trim() !== '') ?? ''
  return /^\s*/.exec(line)?.[0] ?? ''
}

/** The edited lines with two around them, so that the model sees what it did. */
function excerpt(text: string, start: number, replacement: string): string {
  const lines = text.split('\n')
  const first = text.slice(0, start).split('\n').length
  const from = Math.max(1, first - 2)
  const to = Math.min(lines.length, first + Math.min(replacement.split('\n').length, 40) + 1)
  return lines.slice(from - 1, to).map((line, index) => `${String(from + index).padStart(4)}  ${line.slice(0, 300)}`).join('\n')
}
