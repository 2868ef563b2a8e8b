import type { Query } from './query.ts'
import type { RankInputs } from './signal-inputs.ts'

/** Words that look like identifiers of code, not of English: inner capitals, underscores, a leading capital. */
const shaped = /[a-z][A-Z]|_|[A-Z]{2}|^[A-Z][a-z]/
/** A plain word that is also a defined name. */
const plainWord = 0.3

/** Votes of the names a task mentions for the files that define them; names defined in many places say little. */
export function definitionVotes({ files, symbols }: RankInputs, { words }: Query): Float32Array {
  const votes = new Float32Array(files)
  for (const word of words) {
    const name = symbols.names.findText(word)
    const defining = new Set([...symbols.definitionsOf(name)].map((row) => symbols.definition(row).file))
    if (defining.size === 0) continue
    const weight = ((shaped.test(word) ? 1 : plainWord) * Math.log(1 + files / defining.size)) / Math.sqrt(defining.size)
    for (const file of defining) votes[file] = (votes[file] ?? 0) + weight
  }
  return votes
}

/** 1 for a file named by its path, 0.6 by its name, 0.4 by its name without ending. */
export function pathMentions({ files, names }: RankInputs, { text }: Query): Float32Array {
  const mentions = new Float32Array(files)
  const raise = (file: number, value: number) => {
    if (value > (mentions[file] ?? 0)) mentions[file] = value
  }
  const lower = text.toLowerCase()
  for (const word of new Set(lower.match(/[\w$][\w$./-]*/g) ?? [])) {
    const trimmed = word.replace(/[./-]+$/, '')
    const base = trimmed.slice(trimmed.lastIndexOf('/') + 1)
    for (const file of names.byBase.get(base) ?? [])
      raise(file, base !== trimmed && names.pathOf(file).toLowerCase().endsWith(trimmed) ? 1 : 0.6)
    if (base.length > 3) for (const file of names.byStem.get(base) ?? []) raise(file, 0.4)
  }
  return mentions
}
