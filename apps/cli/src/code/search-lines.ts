import type { SearchHit, SearchOptions } from '@codeforge/context/search/search-hit'
import { z } from 'zod'
import { printable } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'

const Query = z.object({ id: z.union([z.string(), z.number()]).nullable().default(null), query: z.string() })

type Search = (query: string, options: SearchOptions) => readonly SearchHit[]

/** Answers one line of JSON; a line that is no query is answered with an error. */
export function searchLine(line: string, search: Search, options: SearchOptions): Readonly<Record<string, unknown>> {
  let id: unknown = null
  try {
    const raw: unknown = JSON.parse(line)
    if (typeof raw === 'object' && raw !== null && 'id' in raw) id = raw.id
    const parsed = Query.safeParse(raw)
    if (!parsed.success) return { id, error: `not a query: ${z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ')}` }
    return { id, hits: search(parsed.data.query, options) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Hits to read: where, what stands there, and why. */
export function hitLines(hits: readonly SearchHit[], files: boolean, c: Terminal['out']): string[] {
  if (hits.length === 0) return ['Nothing was found.']
  return hits.flatMap(({ path, startLine, endLine, symbol, why }) => {
    const place = files ? printable(path) : `${printable(path)}:${startLine}-${endLine}`
    const reason = why[0] === undefined ? '' : c.dim(`  ${why[0].text}`)
    return [`${c.bold(place)}${symbol === null ? '' : `  ${printable(symbol)}`}${reason}`]
  })
}
