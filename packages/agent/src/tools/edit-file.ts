import { textOf } from './arguments.ts'
import { findBlock, type BlockFound } from './find-block.ts'
import { succeeded, failed, type Tool, type ToolResult } from './tool.ts'

/** Replaces one block of a file: found exactly, else with whitespace not counted. */
export const editFile: Tool = {
  name: 'edit_file',
  writes: true,
  async run(args, { files }) {
    const path = textOf(args, 'path')
    const text = await files.readText(path)
    const crlf = text.includes('\r\n')
    const plain = (part: string): string => (crlf ? part.replaceAll('\r\n', '\n') : part)
    const edit = { content: plain(text), old: plain(textOf(args, 'old_text')), put: plain(textOf(args, 'new_text')) }
    if (edit.old === '') return failed('`old_text` is empty. Name the lines to replace, or use write_file for a new file.')
    if (edit.old === edit.put) return failed('`old_text` and `new_text` are the same: nothing would change.')
    const edited = args['replace_all'] === true ? replaceEvery(path, edit) : replaceOne(path, edit)
    if ('ok' in edited) return edited
    await files.write(path, crlf ? edited.content.replaceAll('\n', '\r\n') : edited.content)
    return succeeded(`Edited ${path}${edited.note}:\n${excerpt(edited.content, edited.start, edit.put)}`)
  },
}

interface Edit {
  readonly content: string
  readonly old: string
  readonly put: string
}

type Edited = { readonly content: string; readonly start: number; readonly note: string } | ToolResult

function replaceEvery(path: string, { content, old, put }: Edit): Edited {
  const places = content.split(old).length - 1
  if (places === 0) return failed(`\`old_text\` was not found in ${path}. Nothing was changed.`)
  return { content: content.replaceAll(old, () => put), start: content.indexOf(old), note: ` in ${places} places` }
}

function replaceOne(path: string, { content, old, put }: Edit): Edited {
  const found = findBlock(content, old)
  switch (found.kind) {
    case 'ambiguous':
      return failed(`\`old_text\` matches ${found.lines.length} places in ${path} (lines ${found.lines.join(', ')}). Add lines around it until only one matches, or set replace_all.`)
    case 'missing':
      return failed(notFound(path, found.nearest))
    case 'found':
      return { content: replaceBlock(content, found, old, put), start: found.start, note: found.exact ? '' : ' (matched with whitespace not counted)' }
    default:
      return found satisfies never
  }
}

function notFound(path: string, nearest: { readonly line: number; readonly text: string } | null): string {
  const said = `\`old_text\` was not found in ${path}, neither exactly nor with whitespace not counted. Nothing was changed.`
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
  return lines.map((line) => (line.trim() === '' || !line.startsWith(assumed) ? line : have + line.slice(assumed.length))).join('\n')
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
