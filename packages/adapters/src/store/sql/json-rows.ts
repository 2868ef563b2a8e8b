import { sql, type Kysely } from 'kysely'
import { storable } from './json.ts'
import type { Tables } from './tables.ts'

/** A row by the names of its columns, documents as values. Every row of a batch has the same columns. */
export type JsonRow = Readonly<Record<string, unknown>>

/**
 * Rows of a table as one JSONB parameter: a batch costs one statement whatever its size. What rows have in common with the first is
 * written once, since reading JSON costs more than storing it.
 */
export function recordset(table: keyof Tables & string, [first = {}, ...rest]: readonly JsonRow[]) {
  const { text } = storable([{}, ...rest.map((row) => differences(first, row))])
  return sql`jsonb_populate_recordset(jsonb_populate_record(null::${sql.table(table)}, ${storable(first).text}::jsonb), ${text}::jsonb)`
}

/** Inserts rows. */
export async function insertRows(db: Kysely<Tables>, table: keyof Tables & string, rows: readonly JsonRow[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = columnList(Object.keys(first))
  await sql`insert into ${sql.table(table)} (${columns}) select ${columns} from ${recordset(table, rows)}`.execute(db)
}

/** Writes the columns of rows that exist, told apart by `id`; returns how many there were. */
export async function updateRows(db: Kysely<Tables>, table: keyof Tables & string, rows: readonly JsonRow[]): Promise<number> {
  const [first] = rows
  if (!first) return 0
  const columns = Object.keys(first).filter((column) => column !== 'id')
  const assignments = sql.join(columns.map((column) => sql`${sql.id(column)} = changed.${sql.id(column)}`))
  const { numAffectedRows } = await sql`update ${sql.table(table)} as stored set ${assignments} from ${recordset(table, rows)} as changed
    where stored.id = changed.id`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** The row without what is the same in `first`. */
export function differences(first: JsonRow, row: JsonRow): JsonRow {
  const different: Record<string, unknown> = {}
  for (const column of Object.keys(row)) if (row[column] !== first[column]) different[column] = row[column]
  return different
}

function columnList(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.id(column)))
}
