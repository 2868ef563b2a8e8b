const longestQuery = 500

/** The first JSON array in a reply, whatever stands around it; undefined where there is none. A reply is what somebody else wrote. */
function arrayIn(reply: string): readonly unknown[] | undefined {
  const from = reply.indexOf('[')
  for (let until = reply.indexOf(']', from); from >= 0 && until > from; until = reply.indexOf(']', until + 1)) {
    try {
      const parsed: unknown = JSON.parse(reply.slice(from, until + 1))
      return Array.isArray(parsed) ? parsed : undefined
    } catch {
      // a bracket within a text: the array ends later
    }
  }
  return undefined
}

/** The queries in a reply: short texts, each once, no more than asked for. Undefined where the reply is none. */
export function queriesIn(reply: string, most: number): readonly string[] | undefined {
  const texts = arrayIn(reply)
    ?.filter((item) => typeof item === 'string')
    .map((text) => text.replaceAll(/\s+/g, ' ').trim().slice(0, longestQuery))
    .filter((text) => text !== '')
  return texts && texts.length > 0 ? [...new Set(texts)].slice(0, most) : undefined
}

/** The order in a reply: numbers of candidates that there are, each once. What is no such number is passed over. */
export function orderIn(reply: string, candidates: number): readonly number[] | undefined {
  const numbers = arrayIn(reply)?.filter(
    (item): item is number => Number.isInteger(item) && Number(item) >= 1 && Number(item) <= candidates,
  )
  return numbers && numbers.length > 0 ? [...new Set(numbers)].map((number) => number - 1) : undefined
}
