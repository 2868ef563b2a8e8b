import { DatabaseSync } from 'node:sqlite'

/** SQLite FTS5 over texts, in memory. It does not cut identifiers, so it is given them cut by a regular expression. */
export function fullTextIndex(texts: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec("CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize='unicode61'); BEGIN")
  const insert = database.prepare('INSERT INTO chunks (text) VALUES (?)')
  for (const text of texts) insert.run(text.replace(/([a-z])([A-Z])/g, '$1 $2'))
  database.exec('COMMIT')
  return database
}

/** The best texts for any of the words of a query. */
export function askFullText(database: DatabaseSync, query: string, top: number): unknown {
  return database
    .prepare(`SELECT rowid FROM chunks WHERE chunks MATCH ? ORDER BY bm25(chunks) LIMIT ${top}`)
    .all(query.split(' ').join(' OR '))
}
