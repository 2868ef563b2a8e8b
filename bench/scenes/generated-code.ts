/** Texts that look like code to an index: identifiers of several parts, used again and again, some far more often than others, as in real code. */
export function generatedChunks(count: number): readonly string[] {
  const next = randomNumbers(7)
  const word = () => words[Math.min(words.length - 1, Math.floor(words.length * next() ** 3))] ?? 'value'
  const makeIdentifier = () => word() + (next() < 0.6 ? capitalised(word()) : '') + (next() < 0.3 ? capitalised(word()) : '')
  const identifiers = Array.from({ length: Math.max(100, count) }, makeIdentifier)
  const identifier = () => identifiers[Math.floor(identifiers.length * next() ** 3)] ?? 'value'
  const line = () => `  const ${identifier()} = await ${identifier()}.${identifier()}(${identifier()}, ${Math.floor(next() * 100)})`
  return Array.from({ length: count }, () => Array.from({ length: 15 + Math.floor(next() * 25) }, line).join('\n'))
}

/** Queries of a few words each. */
export function generatedQueries(count: number): readonly string[] {
  const next = randomNumbers(11)
  return Array.from({ length: count }, () =>
    Array.from({ length: 3 + Math.floor(next() * 4) }, () => words[Math.floor(words.length * next() ** 1.5)]).join(' '),
  )
}

const syllables = 'ba ce di fo gu la me ni po ru sa te vi wo xu ka le mi no pu ra se ti vo'.split(' ')
const words = syllables.flatMap((one) => syllables.flatMap((other) => syllables.slice(0, 16).map((third) => one + other + third)))
const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

function randomNumbers(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}
