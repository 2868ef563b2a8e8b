import type { Import, Reference } from './file-facts.ts'
import type { Captures } from './read-captures.ts'

/** The mentions of the quick scan, with the calls and bases that the grammar knows to be such. */
export function mergeReferences(captures: Captures, scanned: readonly Reference[]): Reference[] {
  const known = new Map<string, Reference>()
  for (const reference of captures.references) {
    const key = `${reference.line} ${reference.name}`
    if (known.get(key)?.kind !== 'inherit') known.set(key, reference)
  }
  const merged = scanned.map((reference) => {
    const key = `${reference.line} ${reference.name}`
    const better = known.get(key)
    if (better === undefined) return reference
    known.delete(key)
    return better
  })
  // Calls that the scan has no word for are keywords and heads of definitions, unless it does not know the language.
  const more = scanned.length === 0 ? [...known.values()] : [...known.values()].filter(({ kind }) => kind === 'inherit')
  if (more.length === 0) return merged
  return [...merged, ...more].sort((one, other) => one.line - other.line)
}

/** Imports of the quick scan that the grammar takes for imports too, or those that the query itself names. */
export function confirmImports(captures: Captures, scanned: readonly Import[]): Import[] {
  if (captures.imports.length === 0) return [...captures.sources]
  const lines = new Set<number>()
  for (const { from, to } of captures.imports) for (let line = from; line <= to && line < from + 2000; line++) lines.add(line)
  return scanned.filter(({ line }) => lines.has(line))
}
