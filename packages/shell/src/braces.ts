const mostWords = 64

/**
 * The words that lists and ranges between braces become, in the order of bash; null where there are none, where they are too many, or the
 * text holds more than plain signs.
 */
export function expandedBraces(text: string): readonly string[] | null {
  if (!/\{[^{}]*(,|\.\.)[^{}]*\}/.test(text) || !/^[\w./,{}@+*?=%:-]+$/.test(text)) return null
  // An empty word is none at all where there are no quotes.
  const words = alternatives(text)?.filter((word) => word !== '') ?? []
  return words.length > 0 ? words : null
}

/** The leftmost list decides what varies slowest. Null where a brace is no part of a list, or there are too many words. */
function alternatives(text: string): readonly string[] | null {
  const open = text.indexOf('{')
  if (open === -1) return text.includes('}') ? null : [text]
  const list = listAt(text, open)
  const after = list && alternatives(text.slice(list.end))
  if (list === null || after === null) return null
  const words: string[] = []
  for (const item of list.items) {
    const inner = alternatives(item)
    if (inner === null || words.length + inner.length * after.length > mostWords) return null
    for (const middle of inner) for (const end of after) words.push(`${text.slice(0, open)}${middle}${end}`)
  }
  return words
}

/** The items of the list whose brace opens here, and where the text goes on. */
function listAt(text: string, open: number): { readonly items: readonly string[]; readonly end: number } | null {
  const items: string[] = []
  let depth = 0
  let from = open + 1
  for (let at = open; at < text.length; at++) {
    const sign = text.charAt(at)
    if (sign === '{') depth++
    else if (sign === '}') depth--
    if (depth > 1 || (depth === 1 && sign !== ',')) continue
    items.push(text.slice(from, at))
    from = at + 1
    if (depth > 0) continue
    const whole = items.length > 1 ? items : range(items[0] ?? '')
    return whole === null ? null : { items: whole, end: from }
  }
  return null
}

function range(text: string): string[] | null {
  const numbers = /^(\d{1,4})\.\.(\d{1,4})$/.exec(text)
  if (numbers === null || /^0\d|\.0\d/.test(text)) return null
  const [from, to] = [Number(numbers[1]), Number(numbers[2])]
  if (Math.abs(to - from) > mostWords) return null
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => String(Math.min(from, to) + index))
}
