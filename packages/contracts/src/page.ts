import { z } from 'zod'

/** Where to go on and how much: `cursor` is what the page before gave as `nextCursor`. */
export const PageQuery = z.strictObject({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type PageQuery = z.output<typeof PageQuery>

/** A page of items, newest first, with the cursor of the next page or null at the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item).readonly(), nextCursor: z.string().nullable() })
}
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}
