/** Characters that one observation may have. */
export const observationLimit = 12_000
/** Characters of one line of an observation. */
const lineLimit = 1000

/** A text cut in the middle to its limit, at line ends, saying how much is missing; the same text where it fits. */
export function headAndTail(text: string, limit = observationLimit): string {
  if (text.length <= limit && !hasLongLine(text)) return text
  const lines = text.split('\n').map(cutLine)
  const head = takeLines(lines, limit * 0.4)
  const tail = takeLines(lines.slice(head.length).reverse(), limit * 0.6).reverse()
  const omitted = lines.length - head.length - tail.length
  if (omitted <= 0) return lines.join('\n')
  return [...head, `... ${omitted} lines omitted ...`, ...tail].join('\n')
}

/** A line cut to its limit, saying how much is missing. */
export function cutLine(line: string): string {
  return line.length <= lineLimit ? line : `${line.slice(0, lineLimit)} ... (${line.length - lineLimit} more characters)`
}

function hasLongLine(text: string): boolean {
  return text.length > lineLimit && text.split('\n').some((line) => line.length > lineLimit)
}

function takeLines(lines: readonly string[], limit: number): string[] {
  let size = 0
  const end = lines.findIndex((line) => (size += line.length + 1) > limit)
  return lines.slice(0, end === -1 ? lines.length : end)
}
