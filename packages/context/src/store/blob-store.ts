import { mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** A value to be kept under the hash of the content that it was made of. */
export interface KeptValue {
  readonly hash: string
  /** What it is, with the version of what made it. */
  readonly kind: string
  readonly value: Uint8Array
}

/**
 * Values by the content they were made of, in one SQLite file that threads and processes share. It is a cache: what
 * cannot be read is absent, what cannot be written is made again, and a file that is corrupt is begun anew.
 */
export interface BlobStore extends Disposable {
  get(hash: string, kind: string): Uint8Array | undefined
  has(hash: string, kind: string): boolean
  /** All or none of them. */
  put(values: readonly KeptValue[]): void
  /** Whether nothing was ever put: then nothing has to be looked for. */
  isEmpty(): boolean
  /** A value of a tree or of a whole index, by name; the least recently written are dropped beyond `mostNamed`. */
  named(name: string): Uint8Array<ArrayBuffer> | undefined
  /** Writes a value, which is made only now, in pieces: it may be as large as the memory that is left. */
  putNamed(name: string, pieces: () => readonly Uint8Array[]): void
  /** Drops the oldest values until the file has at most so many bytes, except those of the contents given. */
  evict(mostBytes: number, keep: ReadonlySet<string>): void
  bytes(): number
}

/** Raise it when the tables change: files of another layout are begun anew. */
const layout = 2
const mostNamed = 64
/** Bytes of one piece of a named value. */
const longestPiece = 4_000_000
/** Another process writes for milliseconds at a time. */
const busyMs = 3000

const tables = `
  CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE blobs (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, kind INTEGER NOT NULL, sum INTEGER NOT NULL, value BLOB NOT NULL);
  CREATE UNIQUE INDEX blobs_key ON blobs (hash, kind);
  CREATE TABLE named (id INTEGER PRIMARY KEY, name TEXT NOT NULL, start INTEGER NOT NULL, total INTEGER NOT NULL, sum INTEGER NOT NULL, value BLOB NOT NULL);
  CREATE UNIQUE INDEX named_key ON named (name, start);
  PRAGMA user_version = ${layout};
`

interface Opened {
  readonly database: DatabaseSync
  readonly get: StatementSync
  readonly has: StatementSync
  readonly put: StatementSync
  readonly named: StatementSync
  readonly putNamed: StatementSync
  readonly findKind: StatementSync
  readonly kinds: Map<string, number>
}

/** Opens the store in a file, which is made where it is missing and made anew where it is unusable. */
export function openBlobStore(path: string): BlobStore {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let opened: Opened | null = openOrRebuild(path)

  /** Does something with the file; a corrupt one is begun anew, and any other trouble leaves the answer open. */
  function guarded<T>(work: (store: Opened) => T, otherwise: T): T {
    if (opened === null) return otherwise
    try {
      return work(opened)
    } catch (error) {
      if (isCorrupt(error)) opened = rebuild(path, opened)
      return otherwise
    }
  }

  return {
    get: (hash, kind) => guarded((store) => read(store, hash, kind), undefined),
    has: (hash, kind) => guarded((store) => store.has.get(Buffer.from(hash, 'hex'), kindNumber(store, kind)) !== undefined, false),
    put: (values) => guarded((store) => putAll(store, values), undefined),
    isEmpty: () => guarded((store) => store.database.prepare('SELECT 1 FROM blobs LIMIT 1').get() === undefined, false),
    named: (name) => guarded((store) => readNamed(store, name), undefined),
    putNamed: (name, pieces) => guarded((store) => inTransaction(store, () => putNamed(store, name, pieces())), undefined),
    evict: (mostBytes, keep) => guarded((store) => evict(store, path, mostBytes, keep), undefined),
    bytes: () => sizeOf(path) + sizeOf(`${path}-wal`),
    [Symbol.dispose]: () => {
      opened?.database.close()
      opened = null
    },
  }
}

function openOrRebuild(path: string): Opened | null {
  try {
    return open(path)
  } catch (error) {
    return isCorrupt(error) || error instanceof WrongLayout ? rebuild(path, null) : null
  }
}

class WrongLayout extends Error {}

function open(path: string): Opened {
  const database = new DatabaseSync(path, { timeout: busyMs })
  try {
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;')
    prepareTables(database)
    return {
      database,
      get: database.prepare('SELECT sum, value FROM blobs WHERE hash = ? AND kind = ?'),
      has: database.prepare('SELECT 1 FROM blobs WHERE hash = ? AND kind = ?'),
      put: database.prepare('INSERT OR REPLACE INTO blobs (hash, kind, sum, value) VALUES (?, ?, ?, ?)'),
      named: database.prepare('SELECT start, total, sum, value FROM named WHERE name = ? ORDER BY start'),
      putNamed: database.prepare('INSERT INTO named (name, start, total, sum, value) VALUES (?, ?, ?, ?, ?)'),
      findKind: database.prepare('SELECT id FROM kinds WHERE name = ?'),
      kinds: new Map(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Two processes may come at once: the second one finds what the first one made. */
function prepareTables(database: DatabaseSync): void {
  if (versionOf(database) === layout) return
  if (versionOf(database) !== 0) throw new WrongLayout()
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;')
  if (versionOf(database) === 0) database.exec(tables)
  database.exec('COMMIT')
}

function versionOf(database: DatabaseSync): number {
  return Number((database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version)
}

/** SQLite's codes for a malformed image, and for a file that is none. */
function isCorrupt(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode ?? 0
  return (code & 255) === 11 || (code & 255) === 26 || (code & 255) === 1
}

function rebuild(path: string, old: Opened | null): Opened | null {
  try {
    old?.database.close()
  } catch {
    // it was unusable
  }
  try {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    return open(path)
  } catch {
    return null // no room, or no right to write: everything is made anew each time
  }
}

function kindNumber(store: Opened, kind: string): number {
  const known = store.kinds.get(kind)
  if (known !== undefined) return known
  const row = store.findKind.get(kind) as { id: number } | undefined
  if (row === undefined) return -1
  store.kinds.set(kind, row.id)
  return row.id
}

function makeKind(store: Opened, kind: string): number {
  const known = kindNumber(store, kind)
  if (known >= 0) return known
  store.database.prepare('INSERT OR IGNORE INTO kinds (name) VALUES (?)').run(kind)
  return kindNumber(store, kind)
}

function read(store: Opened, hash: string, kind: string): Uint8Array | undefined {
  return checked(store.get.get(Buffer.from(hash, 'hex'), kindNumber(store, kind)), hash + kind)
}

/** A value whose sum does not fit was changed by something else than us: it does not exist. */
function checked(row: unknown, key: string): Uint8Array | undefined {
  if (row === undefined) return undefined
  const { sum, value } = row as { sum: number; value: Uint8Array }
  return value instanceof Uint8Array && crc32(value, crc32(key)) === sum ? value : undefined
}

function inTransaction(store: Opened, work: () => void): void {
  store.database.exec('BEGIN IMMEDIATE')
  try {
    work()
    store.database.exec('COMMIT')
  } catch (error) {
    store.kinds.clear() // a kind that was made here is no more
    try {
      store.database.exec('ROLLBACK')
    } catch {
      // the failure itself ended the transaction
    }
    throw error
  }
}

function putAll(store: Opened, values: readonly KeptValue[]): void {
  if (values.length === 0) return
  inTransaction(store, () => {
    for (const { hash, kind, value } of values)
      store.put.run(Buffer.from(hash, 'hex'), makeKind(store, kind), crc32(value, crc32(hash + kind)), value)
  })
}

/** One piece is in memory at a time, besides the whole. */
function readNamed(store: Opened, name: string): Uint8Array<ArrayBuffer> | undefined {
  let whole: Uint8Array<ArrayBuffer> | undefined
  let at = 0
  for (const row of store.named.iterate(name)) {
    const { start, total } = row as { start: number; total: number }
    const value = checked(row, `${name} ${start} ${total}`)
    if (value === undefined || start !== at || start + value.byteLength > total || (whole !== undefined && total !== whole.byteLength))
      return undefined
    whole ??= new Uint8Array(total)
    whole.set(value, at)
    at += value.byteLength
  }
  return at === whole?.byteLength ? whole : undefined
}

function putNamed(store: Opened, name: string, given: readonly Uint8Array[]): void {
  const total = given.reduce((sum, piece) => sum + piece.byteLength, 0)
  store.database.prepare('DELETE FROM named WHERE name = ?').run(name)
  let start = 0
  for (const whole of given)
    for (let at = 0; at < whole.byteLength; at += longestPiece) {
      const piece = whole.subarray(at, at + longestPiece)
      store.putNamed.run(name, start, total, crc32(piece, crc32(`${name} ${start} ${total}`)), piece)
      start += piece.byteLength
    }
  store.database.exec(`DELETE FROM named WHERE name NOT IN (SELECT name FROM named GROUP BY name ORDER BY MAX(id) DESC LIMIT ${mostNamed})`)
}

/** What somebody paid for is dropped last: kinds of such a name. */
const dear = "(SELECT id FROM kinds WHERE name LIKE 'embedding.%')"

/** What costs nothing but time to make again goes first. */
function evict(store: Opened, path: string, mostBytes: number, keep: ReadonlySet<string>): void {
  evictKinds(store, path, mostBytes, keep, `kind NOT IN ${dear}`)
  evictKinds(store, path, mostBytes, keep, `kind IN ${dear}`)
}

/** Oldest first, some at a time, so that other processes are not kept waiting. */
function evictKinds(store: Opened, path: string, mostBytes: number, keep: ReadonlySet<string>, which: string): void {
  const some = store.database.prepare(`SELECT id, hash FROM blobs WHERE id > ? AND ${which} ORDER BY id LIMIT 2000`)
  const remove = store.database.prepare('DELETE FROM blobs WHERE id = ?')
  let last = 0
  while (sizeOf(path) > mostBytes) {
    const rows = some.all(last) as { id: number; hash: Uint8Array }[]
    if (rows.length === 0) return
    last = rows.at(-1)?.id ?? last
    inTransaction(store, () => {
      for (const { id, hash } of rows) if (!keep.has(Buffer.from(hash).toString('hex'))) remove.run(id)
    })
    store.database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);')
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
