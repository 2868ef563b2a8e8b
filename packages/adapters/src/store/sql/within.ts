import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

const transactions = new WeakSet<Kysely<Tables>>()

/** Notes that whoever is given this is within a transaction. */
export function asTransaction(db: Kysely<Tables>): Kysely<Tables> {
  transactions.add(db)
  return db
}

export function isWithinTransaction(db: Kysely<Tables>): boolean {
  return db.isTransaction || transactions.has(db)
}

/** Does the work in the transaction that is open, or in one of its own. */
export function within<T>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  return isWithinTransaction(db) ? work(db) : db.transaction().execute(work)
}
