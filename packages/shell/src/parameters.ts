import { fromStart, isAnchored, joinPath } from './directories.ts'
import { known, mapChoices, unknownWord, type Word } from './words.ts'

/** `${name%.ts}` and its like, where the value and what is taken off are plain; null where the result is not known. */
export function stripped(source: string, valueOf: (name: string) => Word | undefined): Word | null {
  const [, name = '', operator = '', pattern = ''] = /^\$\{(\w+)(%%?|##?)([\w./*-]+)\}$/.exec(source) ?? []
  const word = valueOf(name)
  if (word === undefined || word.array) return null
  const made = mapChoices(word, (choice) => without(source, choice, operator, pattern))
  return made.value === null ? null : made
}

function without(source: string, { value, more, glob, expanded, splits }: Word, operator: string, pattern: string): Word {
  const left = value === null || more !== null ? null : isAnchored(value) ? stripPlace(value, operator, pattern) : strip(value, operator, pattern)
  return left === null ? unknownWord(source) : { ...known(source, left, glob), numeric: false, expanded, splits }
}

/** The same of a folder that is known as seen from where the text starts: what lies above that is not known. */
function stripPlace(value: string, operator: string, pattern: string): string | null {
  const place = joinPath('.', value)
  if (/^(\.|[/~]|\.\.(\/|$))/.test(place) || (operator.startsWith('#') && pattern !== '*/')) return null
  const left = strip(place, operator, pattern)
  if (left === null || operator === '##') return left
  return place === left && pattern === '/*' ? fromStart('.') : fromStart(left)
}

function strip(value: string, operator: string, pattern: string): string | null {
  if (!pattern.includes('*')) {
    if (operator.startsWith('%')) return value.endsWith(pattern) ? value.slice(0, -pattern.length) : wild(value) ? null : value
    return value.startsWith(pattern) ? value.slice(pattern.length) : wild(value) ? null : value
  }
  // A name without its folder, a folder without the name, a name without its ending.
  if (operator === '##' && pattern === '*/') return value.slice(value.lastIndexOf('/') + 1)
  if (operator === '%' && pattern === '/*') return value.includes('/') ? value.slice(0, value.lastIndexOf('/')) : value
  if (operator === '%' && pattern === '.*') return value.replace(/\.\w+$/, '')
  return null
}

function wild(value: string): boolean {
  return /[*?[]/.test(value)
}
