import { sql, type Kysely } from 'kysely'
import { storable } from './json.ts'
import type { Tables } from './tables.ts'

/** A row by the names of its columns, documents as values. Every row of a batch has the same columns. */
export type JsonRow = Readonly<Record<string, unknown>>

/** Inserts rows as one JSONB parameter: a batch costs one statement whatever its size. */
export async function insertRows(db: Kysely<Tables>, table: keyof Tables & string, rows: readonly JsonRow[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = columnList(Object.keys(first))
  await sql`insert into ${sql.table(table)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${storable(rows).text}::jsonb)`.execute(db)
}

/** Writes the columns of rows that exist, told apart by `id`; returns how many there were. */
export async function updateRows(db: Kysely<Tables>, table: keyof Tables & string, rows: readonly JsonRow[]): Promise<number> {
  const [first] = rows
  if (!first) return 0
  const columns = Object.keys(first).filter((column) => column !== 'id')
  const assignments = sql.join(columns.map((column) => sql`${sql.id(column)} = changed.${sql.id(column)}`))
  const { numAffectedRows } = await sql`update ${sql.table(table)} as stored set ${assignments}
    from jsonb_populate_recordset(null::${sql.table(table)}, ${storable(rows).text}::jsonb) as changed where stored.id = changed.id`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0)
}

function columnList(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.id(column)))
}
