import { known, type Word } from './words.ts'

/** `${name%.ts}` and its like, where the value and what is taken off are plain; null where the result is not known. */
export function stripped(source: string, valueOf: (name: string) => Word | undefined): Word | null {
  const [, name = '', operator = '', pattern = ''] = /^\$\{(\w+)(%%?|##?)([\w./*-]+)\}$/.exec(source) ?? []
  const word = valueOf(name)
  if (word?.value === undefined || word.value === null || word.more !== null || word.array) return null
  const value = strip(word.value, operator, pattern)
  if (value === null) return null
  return { ...known(source, value, word.glob), numeric: false, expanded: word.expanded, splits: word.splits }
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
