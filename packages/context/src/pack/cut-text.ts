import type { TokenCounter } from './token-counter.ts'

/** The first lines of a text that fit, with a mark where it was cut; empty where not even one does. */
export function cutToTokens(text: string, tokens: number, { count }: TokenCounter): string {
  if (count(text) <= tokens) return text
  const lines = text.split('\n')
  let fits = 0
  let tooMany = lines.length
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1
    if (count(`${lines.slice(0, middle).join('\n')}\n...`) <= tokens) fits = middle
    else tooMany = middle
  }
  return fits === 0 ? '' : `${lines.slice(0, fits).join('\n')}\n...`
}
