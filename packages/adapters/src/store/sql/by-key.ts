import { CompiledQuery, type Kysely, type PostgresPoolClient } from 'kysely'
import type { Tables } from './tables.ts'

const clients = new WeakMap<Kysely<Tables>, PostgresPoolClient>()

/** Notes the one connection that a query builder is over: a text that is whole needs no builder, whose dozen of promises for each costs more than asking. */
export function overClient(db: Kysely<Tables>, client: PostgresPoolClient): Kysely<Tables> {
  clients.set(db, client)
  return db
}

/** How many rows a statement of that kind wrote. */
export async function writtenBy(db: Kysely<Tables>, text: string, ...parameters: readonly unknown[]): Promise<number> {
  const client = clients.get(db)
  if (client) return Number((await client.query(text, parameters)).rowCount)
  return Number((await db.executeQuery(CompiledQuery.raw(text, [...parameters]))).numAffectedRows ?? 0)
}

/** Rows of a statement whose text never changes: putting it together anew for each question costs as much as asking it. */
export async function rowsOf<Row>(db: Kysely<Tables>, text: string, ...parameters: readonly unknown[]): Promise<readonly Row[]> {
  const client = clients.get(db)
  if (client) return (await client.query<Row>(text, parameters)).rows
  return (await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows
}
