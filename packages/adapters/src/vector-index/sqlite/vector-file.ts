import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { cosine, quantise } from '@codeforge/domain/quantise'
import type { NearVector, VectorEntry, VectorIndex } from '@codeforge/ports/vector-index'
import { Nearest } from './nearest.ts'

/** Another process writes for milliseconds at a time. */
const busyMs = 3000
/** Vectors between two looks at what else waits; at 768 numbers a millisecond or so. */
const pageVectors = 2000

const tables = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;
  CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS vectors (row INTEGER PRIMARY KEY, collection INTEGER NOT NULL, id TEXT NOT NULL, scale REAL NOT NULL, value BLOB NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS vectors_key ON vectors (collection, id);
`

interface Collection {
  readonly id: number
  readonly dimensions: number
}

/** Opens the file, which is made where it is missing. */
export function openVectorFile(file: string): VectorIndex & AsyncDisposable {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(file, { timeout: busyMs })
  database.exec(tables)
  const find = (name: string): Collection | undefined => database.prepare('SELECT id, dimensions FROM collections WHERE name = ?').get(name) as Collection | undefined
  return {
    async absent(name, ids, signal) {
      signal.throwIfAborted()
      const collection = find(name)
      if (collection === undefined) return ids
      const known = database.prepare('SELECT 1 FROM vectors WHERE collection = ? AND id = ?')
      return ids.filter((id) => known.get(collection.id, id) === undefined)
    },
    async put(name, entries, signal) {
      signal.throwIfAborted()
      const [first] = entries
      if (first !== undefined) inTransaction(database, () => { putAll(database, find(name) ?? make(database, name, first.vector.length), entries) })
    },
    async remove(name, ids, signal) {
      signal.throwIfAborted()
      const collection = find(name)
      if (collection === undefined) return
      const remove = database.prepare('DELETE FROM vectors WHERE collection = ? AND id = ?')
      inTransaction(database, () => { for (const id of ids) remove.run(collection.id, id) })
    },
    async nearest(name, vector, top, signal) {
      signal.throwIfAborted()
      const collection = find(name)
      if (collection === undefined) return []
      checkLength(collection, vector)
      return nearest(database, collection, vector, top, signal)
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close()
    },
  }
}

function make(database: DatabaseSync, name: string, dimensions: number): Collection {
  const { lastInsertRowid } = database.prepare('INSERT INTO collections (name, dimensions) VALUES (?, ?)').run(name, dimensions)
  return { id: Number(lastInsertRowid), dimensions }
}

function putAll(database: DatabaseSync, collection: Collection, entries: readonly VectorEntry[]): void {
  const put = database.prepare('INSERT INTO vectors (collection, id, scale, value) VALUES (?, ?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET scale = excluded.scale, value = excluded.value')
  for (const { id, vector } of entries) {
    checkLength(collection, vector)
    const { values, scale } = quantise(vector)
    put.run(collection.id, id, scale, new Uint8Array(values.buffer))
  }
}

function checkLength({ dimensions }: Collection, vector: Float32Array): void {
  if (vector.length !== dimensions) throw new CodeForgeError('invalid-input', `A vector has ${vector.length} numbers; those of its collection have ${dimensions}.`)
}

async function nearest(database: DatabaseSync, { id: collection }: Collection, vector: Float32Array, top: number, signal: AbortSignal): Promise<readonly NearVector[]> {
  const page = database.prepare('SELECT row, id, scale, value FROM vectors WHERE collection = ? AND row > ? ORDER BY row LIMIT ?')
  const best = new Nearest(top)
  for (let last = 0; ;) {
    const rows = page.all(collection, last, pageVectors) as unknown as { row: number; id: string; scale: number; value: Uint8Array }[]
    for (const { id, scale, value } of rows) best.offer(id, cosine(vector, new Int8Array(value.buffer, value.byteOffset, value.length), 0, scale))
    if (rows.length < pageVectors) return best.list()
    last = rows.at(-1)?.row ?? last
    await setImmediate()
    signal.throwIfAborted()
  }
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
