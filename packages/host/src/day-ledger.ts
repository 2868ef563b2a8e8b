import { DatabaseSync } from 'node:sqlite'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { MicroUsd } from '@codeforge/contracts/money'

/** Another process writes for milliseconds at a time. */
const busyMs = 3000

export interface DayLimits {
  readonly mostTokens: number
  readonly mostMicroUsd: MicroUsd
}

/** What a ledger counts, and the settings that limit it, for people. */
export interface LedgerWords {
  readonly what: string
  readonly tokensSetting: string
  readonly moneySetting: string
}

interface Spent {
  readonly tokens: number
  readonly microUsd: MicroUsd
}

/** What a data directory has spent on something on each UTC day, outside any run. All processes of it share one, so that together they keep to the limit. */
export interface DayLedger extends Disposable {
  /** Sets an amount aside, or fails with `budget-exhausted`. What nobody settles stays spent. */
  hold(day: string, amount: Spent): void
  /** Replaces what was set aside by what it came to. */
  settle(day: string, held: Spent, spent: Spent): void
  use(day: string): Spent & DayLimits
}

/** Opens the ledger in a file, which is made where it is missing. */
export function openDayLedger(file: string, limits: DayLimits, words: LedgerWords): DayLedger {
  const database = new DatabaseSync(file, { timeout: busyMs })
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, tokens INTEGER NOT NULL, micro_usd INTEGER NOT NULL)')
  const read = database.prepare('SELECT tokens, micro_usd AS microUsd FROM days WHERE day = ?')
  const add = database.prepare('INSERT INTO days (day, tokens, micro_usd) VALUES (?, ?, ?) ON CONFLICT (day) DO UPDATE SET tokens = max(0, tokens + excluded.tokens), micro_usd = max(0, micro_usd + excluded.micro_usd)')
  const spentOn = (day: string): Spent => (read.get(day) as Spent | undefined) ?? { tokens: 0, microUsd: 0 }
  return {
    hold(day, { tokens, microUsd }) {
      database.exec('BEGIN IMMEDIATE')
      try {
        refuseBeyond(limits, words, spentOn(day), { tokens, microUsd })
        add.run(day, tokens, microUsd)
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    settle: (day, held, spent) => void add.run(day, spent.tokens - held.tokens, spent.microUsd - held.microUsd),
    use: (day) => ({ ...spentOn(day), ...limits }),
    [Symbol.dispose]: () => {
      if (database.isOpen) database.close()
    },
  }
}

function refuseBeyond({ mostTokens, mostMicroUsd }: DayLimits, { what, tokensSetting, moneySetting }: LedgerWords, before: Spent, more: Spent): void {
  if (before.tokens + more.tokens > mostTokens) {
    throw new CodeForgeError('budget-exhausted', `The limit of ${mostTokens.toLocaleString('en')} tokens for ${what} is used up for today (${tokensSetting}).`)
  }
  if (before.microUsd + more.microUsd > mostMicroUsd) {
    throw new CodeForgeError('budget-exhausted', `The limit of $${(mostMicroUsd / 1_000_000).toFixed(2)} for ${what} is used up for today (${moneySetting}).`)
  }
}
