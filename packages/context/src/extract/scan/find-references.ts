import type { Reference, ReferenceKind } from '../file-facts.ts'
import type { Draft } from './draft.ts'

/** More are not noted: such a file is data. */
const mostReferences = 50_000
const strength: Readonly<Record<ReferenceKind, number>> = { mention: 0, call: 1, inherit: 2 }

let seen = new Int32Array(1 << 14)
/** What `seen` says of earlier texts is below this, and means nothing. */
let base = 0

/** Each word that is neither a keyword nor the name of a definition, once for each line, with the strongest of its uses. */
export function findReferences(draft: Draft): Reference[] {
  const { tokens, lexicon, names, bases } = draft
  const { words } = lexicon
  if (seen.length < words.size || base > 2 ** 30) {
    seen = new Int32Array(Math.max(seen.length, words.size * 2))
    base = 0
  }
  const references: Reference[] = []
  for (let at = 0; at < tokens.count && references.length < mostReferences; at++) {
    if (tokens.kinds[at] !== 1) continue
    const word = tokens.words[at] as number
    if (words.isKeyword(word) || tokens.end(at) - tokens.start(at) < 2 || names.has(at)) continue
    const kind = bases.has(at) ? 'inherit' : tokens.kind(at + 1) === 40 ? 'call' : 'mention'
    const line = tokens.line(at) + 1
    const place = (seen[word] as number) - base
    const last = place > 0 ? references[place - 1] : undefined
    if (last?.line === line) {
      if (strength[kind] > strength[last.kind]) references[place - 1] = { name: last.name, line, kind }
      continue
    }
    references.push({ name: words.word(word), line, kind })
    seen[word] = base + references.length
  }
  base += references.length
  return references
}
