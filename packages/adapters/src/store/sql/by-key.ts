import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** How many rows a statement of that kind wrote. */
export async function writtenBy(db: Kysely<Tables>, text: string, ...parameters: readonly unknown[]): Promise<number> {
  return Number((await db.executeQuery(CompiledQuery.raw(text, [...parameters]))).numAffectedRows ?? 0)
}

/** Rows of a statement whose text never changes: putting it together anew for each question costs as much as asking it. */
export async function rowsOf<Row>(db: Kysely<Tables>, text: string, ...parameters: readonly unknown[]): Promise<readonly Row[]> {
  return (await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows
}
