import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Page, PageQuery } from '@codeforge/contracts/page'
import { z } from 'zod'

const Cursor = z.uuid()

/** The id that a cursor stands for, or null for the first page. Ids sort by creation time, so an id is a stable place in every list. */
export function cursorId(page: PageQuery): string | null {
  if (page.cursor === undefined) return null
  const parsed = Cursor.safeParse(page.cursor)
  if (!parsed.success) throw new CodeForgeError('invalid-input', 'The cursor is not one that a page before gave.')
  return parsed.data
}

/** A page of rows that were read with one more than the limit, so that the end is known without a second query. */
export function pageOfRows<Row extends { readonly id: string }, Item>(rows: readonly Row[], limit: number, toItem: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(toItem), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}
