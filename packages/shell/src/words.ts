import type { ShellWord } from '@codeforge/contracts/shell-analysis'

/** A word while it is put together, with every field in its place: most of the time goes into words. `numeric`: whatever its value, it is a whole number. */
export interface Word extends ShellWord {
  readonly numeric: boolean
  /** Further words that it becomes besides the first; null for a single word. */
  readonly more: readonly Word[] | null
  /** Its wildcards stand for names that were found already: quoting it does not make them plain signs. */
  readonly expanded: boolean
  /** The words of a list, such as `git ls-files` prints one: between quotes they would be one word. */
  readonly listed: boolean
  /** The elements of an array: without a subscript only the first of them. */
  readonly array: boolean
  /** It is the name of a commit, a branch or a tag. */
  readonly reference: boolean
  /** A blank in one of its names makes several of it. */
  readonly splits: boolean
  /** It is one of its values and not all of them: nobody knows which. */
  readonly either: boolean
}

/** A word whose value is known. */
export function known(source: string, value: string, glob = false): Word {
  return { source, value, prefix: value, suffix: value, glob, numeric: !glob && isNumber(value), more: null, expanded: false, listed: false, array: false, reference: false, splits: false, either: false }
}

function isNumber(value: string): boolean {
  const first = value.charCodeAt(0)
  return first >= 48 && first <= 57 && /^\d+$/.test(value)
}

/** A word whose value cannot be known before it runs. */
export function unknownWord(source: string, prefix = '', suffix = ''): Word {
  return { source, value: null, prefix, suffix, glob: false, numeric: false, more: null, expanded: false, listed: false, array: false, reference: false, splits: false, either: false }
}

/** A word that is a number of unknown size; it is shown as 0, since no number is a path or a name. */
export function numericWord(source: string): Word {
  return { source, value: '0', prefix: '', suffix: '', glob: false, numeric: true, more: null, expanded: false, listed: false, array: false, reference: false, splits: false, either: false }
}

/** Parts of one word put together. */
export function joined(source: string, parts: readonly Word[]): Word {
  const single = parts[0]
  if (single !== undefined && parts.length === 1) return { ...single, source }
  if (parts.some(({ either }) => either)) return eitherOf(source, combinations(parts)?.map((chosen) => joined(source, chosen)) ?? [])
  // What several words become within a longer one is not worked out.
  if (parts.some(({ listed, more }) => listed || more !== null)) return unknownWord(source)
  // Within a longer word a number of unknown size is not known either.
  const firstUnknown = parts.findIndex(({ value, prefix }) => value === null || value !== prefix)
  const text = (list: readonly Word[]) => list.map(({ value }) => value ?? '').join('')
  if (firstUnknown === -1) {
    const expanded = parts.some((part) => part.expanded)
    return { ...known(source, text(parts), parts.some(({ glob }) => glob)), numeric: false, expanded, splits: expanded && parts.some(({ splits }) => splits) }
  }
  const lastUnknown = parts.findLastIndex(({ value, suffix }) => value === null || value !== suffix)
  const prefix = text(parts.slice(0, firstUnknown)) + (parts[firstUnknown]?.prefix ?? '')
  return unknownWord(source, prefix, (parts[lastUnknown]?.suffix ?? '') + text(parts.slice(lastUnknown + 1)))
}

/** The value of an unquoted word's text: backslashes quote, wildcards stay. Null where it holds code or an expansion that was not parsed. */
export function bareWord(source: string): Word | null {
  // Most words have no sign that means something.
  if (/^[^\\*?[`"'${]*$/.test(source)) return known(source, source)
  let value = ''
  let glob = false
  let quoted = false
  for (let index = 0; index < source.length; index++) {
    const character = source.charAt(index)
    if (character === '\\') {
      const next = source.charAt(++index)
      if (next !== '\n') value += next
      if (/[*?[\]]/.test(next)) quoted = true
      continue
    }
    if (/[`"']/.test(character) || (character === '$' && index < source.length - 1)) return null
    if (/[*?[]/.test(character)) glob = true
    value += character
  }
  // `{}` alone is a plain word; a list or a range between braces becomes several words.
  if (/\{[^}]*(,|\.\.)/.test(source)) return unknownWord(source)
  // One wildcard that is quoted and one that is not cannot be told apart later.
  return quoted && glob ? unknownWord(source) : known(source, value, glob)
}

/** The text between double quotes; null where it holds code or an expansion that was not parsed. */
export function quotedText(source: string): string | null {
  if (!/[\\`$]/.test(source)) return source
  let value = ''
  for (let index = 0; index < source.length; index++) {
    const character = source.charAt(index)
    const next = source.charAt(index + 1)
    if (character === '\\' && /[$`"\\\n]/.test(next)) {
      if (next !== '\n') value += next
      index++
      continue
    }
    if (character === '`' || (character === '$' && /[\w({[@*#?!$-]/.test(next))) return null
    value += character
  }
  return value
}

const ansiEscapes: Readonly<Record<string, string>> = {
  n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', e: '\u001b', E: '\u001b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?',
}

/** The value of $'...'; null where an escape is not known or ends the text. */
export function ansiText(inner: string): string | null {
  let fine = true
  const value = inner.replaceAll(/\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|[\s\S])/g, (_, escape: string) => {
    const simple = ansiEscapes[escape]
    if (simple !== undefined) return simple
    const code = /^[xuU]/.test(escape) ? parseInt(escape.slice(1), 16) : parseInt(escape, 8)
    if (Number.isNaN(code) || code === 0 || code > 0x10ffff || (code > 0x7f && !/^[uU]/.test(escape))) {
      fine = false
      return ''
    }
    return String.fromCodePoint(code)
  })
  return fine ? value : null
}

/** A word together with those that it becomes besides. */
export function spread(word: Word): readonly Word[] {
  return word.more === null ? [word] : [word, ...word.more]
}

/** A word that is one of several, each a single word; not known where one of them is not. */
export function eitherOf(source: string, options: readonly Word[]): Word {
  const [first, ...more] = options
  if (first === undefined || options.some((option) => option.value === null || option.more !== null)) return unknownWord(source)
  if (more.length === 0) return { ...first, source }
  const all = (holds: (option: Word) => boolean) => options.every(holds)
  return { ...first, source, more, either: true, numeric: all(({ numeric }) => numeric), reference: all(({ reference }) => reference), splits: !all(({ splits }) => !splits) }
}

/** What a word may be, one at a time; a list stays the one word that it is. */
export function choicesOf(word: Word): readonly Word[] {
  return word.either ? spread(word).map((choice): Word => ({ ...choice, more: null, either: false })) : [word]
}

/** What a word becomes where the same is done to each value that it may have. */
export function mapChoices(word: Word, change: (choice: Word) => Word): Word {
  return word.either ? eitherOf(word.source, choicesOf(word).map(change)) : change(word)
}

/** Whether one of some words is one of several. */
export function hasChoices(words: readonly Word[]): boolean {
  for (const { either } of words) if (either) return true
  return false
}

const mostCombinations = 32

/** Some words with one choice for each; null where there are too many to look at. */
export function combinations(words: readonly Word[]): readonly (readonly Word[])[] | null {
  let found: (readonly Word[])[] = [[]]
  for (const word of words) {
    const choices = choicesOf(word)
    if (found.length * choices.length > mostCombinations) return null
    found = found.flatMap((before) => choices.map((choice) => [...before, choice]))
  }
  return found
}

/** Names that a list may hold, as one word. */
export function listOf(source: string, names: readonly Word[]): Word {
  // The names of commits and branches have no blanks and stand for nothing else.
  const marked = names.map((name): Word => (name.reference ? { ...name, source } : { ...name, source, glob: true, expanded: true, listed: true, splits: true }))
  const [first, ...more] = marked
  return first === undefined ? unknownWord(source) : { ...first, more: more.length > 0 ? more : null }
}

/** One of the names of a list, or of those that a wildcard stands for. */
export function oneOf(word: Word): Word {
  return { ...word, listed: false, more: null, either: false, splits: false, expanded: word.glob || word.expanded }
}

/** An array of which every element is known; null for any other. */
export function arrayOf(source: string, elements: readonly Word[]): Word | null {
  // What an unquoted list would be split into is not known element by element.
  if (elements.some(({ value, splits }) => value === null || splits)) return null
  const [first, ...more] = elements.map(oneOf).map((word): Word => ({ ...word, expanded: true, array: true }))
  return first === undefined ? null : { ...first, source, more }
}

/** What an array becomes between quotes: a word for each element. */
export function elementsOf(source: string, first: Word): Word {
  return { ...first, array: false, source, more: (first.more ?? []).map((element) => ({ ...element, array: false, source })) }
}
