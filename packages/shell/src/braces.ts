const mostWords = 64

/** The words that a list or range between braces becomes; null where there is none, or the text holds more than plain signs. */
export function expandedBraces(text: string): readonly string[] | null {
  if (!/\{[^{}]*(,|\.\.)[^{}]*\}/.test(text) || !/^[\w./,{}@+*?=%:-]+$/.test(text)) return null
  // Worked off one list at a time, so that the cost is bounded however many lists there are.
  const done = new Set<string>()
  let open: readonly string[] = [text]
  for (let steps = 0; open.length > 0; steps++) {
    if (steps > 2 * mostWords || open.length > 2 * mostWords) return null
    const [next = '', ...rest] = open
    const expanded = innermost(next)
    if (expanded === null) done.add(next)
    open = expanded === null ? rest : [...expanded, ...rest]
  }
  return done.size <= mostWords && ![...done].some((word) => /[{}]/.test(word)) ? [...done] : null
}

/** A text with its first innermost list written out; the first word comes first. Null where there is none. */
function innermost(text: string): readonly string[] | null {
  const inner = /\{([^{}]*)\}/.exec(text)
  if (inner?.[1] === undefined) return null
  const items = inner[1].includes(',') ? inner[1].split(',') : range(inner[1])
  if (items === null || items.length > mostWords) return null
  const before = text.slice(0, inner.index)
  const after = text.slice(inner.index + inner[0].length)
  return items.map((item) => `${before}${item}${after}`)
}

function range(text: string): string[] | null {
  const numbers = /^(\d{1,4})\.\.(\d{1,4})$/.exec(text)
  if (numbers === null || /^0\d|\.0\d/.test(text)) return null
  const [from, to] = [Number(numbers[1]), Number(numbers[2])]
  if (Math.abs(to - from) > mostWords) return null
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => String(Math.min(from, to) + index))
}
