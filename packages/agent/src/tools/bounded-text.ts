/** Characters that one observation may have. */
export const observationLimit = 12_000
/** Characters of one line of an observation. */
const lineLimit = 1000

/** A text cut in the middle to its limit, at line ends, saying how much is missing; the same text where it fits. */
export function headAndTail(text: string, limit = observationLimit): string {
  if (text.length <= limit && !hasLongLine(text)) return text
  const head = firstLines(text, limit * 0.4)
  const tail = lastLines(text, head.end, limit * 0.6)
  const omitted = countLines(text, head.end, tail.start)
  const middle = omitted === 0 ? [] : [`... ${omitted} lines omitted ...`]
  return [...head.lines, ...middle, ...tail.lines].join('\n')
}

/** A line cut to its limit, saying how much is missing. */
export function cutLine(line: string): string {
  return line.length <= lineLimit ? line : `${line.slice(0, lineLimit)} ... (${line.length - lineLimit} more characters)`
}

function hasLongLine(text: string): boolean {
  return text.length > lineLimit && text.split('\n').some((line) => line.length > lineLimit)
}

// What a command printed may have hundreds of thousands of lines, of which some dozens are shown: the others are never made.

/** Cut lines from the beginning, within so many characters; `end` is where the next line would begin. */
function firstLines(text: string, limit: number): { readonly lines: readonly string[]; readonly end: number } {
  const lines: string[] = []
  let [size, start] = [0, 0]
  while (start <= text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const line = cutLine(text.slice(start, end))
    if ((size += line.length + 1) > limit) break
    lines.push(line)
    start = end + 1
  }
  return { lines, end: start }
}

/** Cut lines at the end, within so many characters and not before a place; `start` is where the first of them begins. */
function lastLines(text: string, from: number, limit: number): { readonly lines: readonly string[]; readonly start: number } {
  const lines: string[] = []
  let [size, next] = [0, text.length + 1]
  while (next > from) {
    const start = next < 2 ? 0 : text.lastIndexOf('\n', next - 2) + 1
    const line = cutLine(text.slice(start, next - 1))
    if ((size += line.length + 1) > limit) break
    lines.unshift(line)
    next = start
  }
  return { lines, start: next }
}

/** Lines that begin between two places where lines begin; the last place of all is one behind the text. */
function countLines(text: string, from: number, to: number): number {
  if (to <= from) return 0
  let count = to > text.length ? 1 : 0
  // Over bytes, of which only a newline is one: a text of a megabyte takes a fifth of the time that its characters do.
  for (const byte of Buffer.from(text.slice(from, to))) if (byte === newlineCode) count += 1
  return count
}

const newlineCode = 10
