import { sql, type Kysely } from 'kysely'
import { writtenBy } from './by-key.ts'
import { storable } from './json.ts'
import type { Tables } from './tables.ts'

/** A row by the names of its columns, documents as values. Every row of a batch has the same columns. */
export type JsonRow = Readonly<Record<string, unknown>>

/**
 * Rows of a table as one JSONB parameter: a batch costs one statement whatever its size. What rows have in common with the first is
 * written once, since reading JSON costs more than storing it.
 */
export function recordset(table: keyof Tables & string, rows: readonly JsonRow[]) {
  const [common, own] = parametersOf(rows)
  return sql`jsonb_populate_recordset(jsonb_populate_record(null::${sql.table(table)}, ${common}::jsonb), ${own}::jsonb)`
}

/** Inserts rows. */
export async function insertRows(db: Kysely<Tables>, table: keyof Tables & string, rows: readonly JsonRow[]): Promise<void> {
  if (rows.length > 0) await writtenBy(db, insertions.of(table, rows), ...parametersOf(rows))
}

/** Writes the columns of rows that exist, told apart by `id`; returns how many there were. */
export async function updateRows(db: Kysely<Tables>, table: keyof Tables & string, rows: readonly JsonRow[]): Promise<number> {
  return rows.length === 0 ? 0 : writtenBy(db, updates.of(table, rows), ...parametersOf(rows))
}

const source = (table: string): string => `jsonb_populate_recordset(jsonb_populate_record(null::${quoted(table)}, $1::jsonb), $2::jsonb)`
const quoted = (name: string): string => `"${name}"`

function parametersOf([first = {}, ...rest]: readonly JsonRow[]): readonly [string, string] {
  return [storable(first).text, storable([{}, ...rest.map((row) => differences(first, row))]).text]
}

/** Statements by table; the rows of one always have the same columns. */
class Texts {
  readonly #made = new Map<string, string>()
  readonly #make: (table: string, columns: readonly string[]) => string

  constructor(make: (table: string, columns: readonly string[]) => string) {
    this.#make = make
  }

  of(table: string, [first = {}]: readonly JsonRow[]): string {
    const text = this.#made.get(table) ?? this.#make(table, Object.keys(first))
    this.#made.set(table, text)
    return text
  }
}

const insertions = new Texts((table, columns) => {
  const list = columns.map(quoted).join(', ')
  return `insert into ${quoted(table)} (${list}) select ${list} from ${source(table)}`
})

const updates = new Texts((table, columns) => {
  const assignments = columns.filter((column) => column !== 'id').map((column) => `${quoted(column)} = changed.${quoted(column)}`)
  return `update ${quoted(table)} as stored set ${assignments.join(', ')} from ${source(table)} as changed where stored.id = changed.id`
})

/** The row without what is the same in `first`. */
export function differences(first: JsonRow, row: JsonRow): JsonRow {
  const different: Record<string, unknown> = {}
  for (const column of Object.keys(row)) if (row[column] !== first[column]) different[column] = row[column]
  return different
}
