import type { SearchHit } from '@codeforge/context/search/search-hit'
import type { SemanticStatus } from '@codeforge/context/semantic/semantic-status'
import type { CodeHit } from '@codeforge/contracts/code'
import { z } from 'zod'
import { printable } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'

/** `id` is the caller's, whatever it is: it is only handed back. */
const Query = z.object({ query: z.string() })

type Search = (query: string) => Promise<{ readonly hits: readonly SearchHit[]; readonly semantic: SemanticStatus }>

/** Answers one line of JSON; a line that is no query is answered with an error. */
export async function searchLine(line: string, search: Search): Promise<Readonly<Record<string, unknown>>> {
  let id: unknown = null
  try {
    const raw: unknown = JSON.parse(line.replace(/^\uFEFF/, ''), keepNumber)
    if (typeof raw === 'object' && raw !== null && 'id' in raw) id = raw.id
    const parsed = Query.safeParse(raw)
    if (!parsed.success) return { id, error: `not a query: ${z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ')}` }
    const { hits, semantic } = await search(parsed.data.query)
    return { id, hits, ...(semantic.model !== null && { semantic: semantic.text }) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

/** A number that a program's own would round stays as it was written. */
function keepNumber(_key: string, value: unknown, { source }: { readonly source?: string } = {}): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson(source) : value
}

const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown } // not in the types of the language's library yet

/** Hits to read: where, what stands there, and why. */
export function hitLines(hits: readonly Pick<SearchHit | CodeHit, 'path' | 'startLine' | 'endLine' | 'symbol' | 'why'>[], files: boolean, c: Terminal['out']): string[] {
  if (hits.length === 0) return ['Nothing was found.']
  return hits.flatMap(({ path, startLine, endLine, symbol, why }) => {
    const place = files ? printable(path) : `${printable(path)}:${startLine}-${endLine}`
    const reason = why[0] === undefined ? '' : c.dim(`  ${why[0].text}`)
    return [`${c.bold(place)}${symbol === null ? '' : `  ${printable(symbol)}`}${reason}`]
  })
}
