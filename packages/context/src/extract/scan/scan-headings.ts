import type { Definition } from '../file-facts.ts'
import { signatureOf } from './draft.ts'

interface Section {
  readonly rank: number
  readonly place: number
}

/** The headings of a Markdown text as modules, each up to the next one of its rank. */
export function scanHeadings(text: string): Definition[] {
  const lines = text.split('\n')
  const open: Section[] = []
  const found: Definition[] = []
  let fence = ''
  lines.forEach((line, number) => {
    const mark = /^ {0,3}(```|~~~)/.exec(line)?.[1]
    if (mark !== undefined) fence = fence === '' ? mark : fence === mark ? '' : fence
    const heading = fence === '' ? /^(#{1,6})[ \t]+(.{1,200})/.exec(line) : null
    if (heading === null) return
    const rank = (heading[1] ?? '').length
    close(found, open, rank, number)
    const container = found[open.at(-1)?.place ?? -1]?.name
    const name = (heading[2] ?? '').replace(/[\s#]+$/, '')
    open.push({ rank, place: found.length })
    const signature = signatureOf(line, 0, line.length)
    found.push({
      name,
      kind: 'module',
      startLine: number + 1,
      endLine: number + 1,
      signature,
      ...(container === undefined ? {} : { container }),
    })
  })
  close(found, open, 0, lines.length)
  return found
}

function close(found: Definition[], open: Section[], rank: number, line: number): void {
  for (let top = open.at(-1); top !== undefined && top.rank >= rank; top = open.at(-1)) {
    open.pop()
    const known = found[top.place]
    if (known !== undefined) found[top.place] = { ...known, endLine: Math.max(known.startLine, line) }
  }
}
