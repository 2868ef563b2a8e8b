import type { MicroUsd } from '@codeforge/contracts/money'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { BudgetAccount, BudgetScope, BudgetStore, Hold, Settlement } from '@codeforge/ports/store/budgets'
import { sql, type Kysely, type Selectable } from 'kysely'
import { rowsOf } from './by-key.ts'
import { isDivisionByZero } from './errors.ts'
import type { Tables } from './tables.ts'
import { within } from './within.ts'

type Purse = Parameters<BudgetStore['hold']>[0][number]

/** Purses as rows. Several are always taken in the order of their names, so that two callers never wait for each other. */
export function budgetStore(db: Kysely<Tables>): BudgetStore {
  return {
    hold: (scopes, amount) => within(db, (transaction) => hold(transaction, scopes, amount)),
    holdAll: (holds) => holdAll(db, holds),
    settle: (scopes, held, spent) => settleAll(db, scopes.map((scope) => ({ scope, held, spent }))),
    settleAll: (settlements) => settleAll(db, settlements),
    async get(scope) {
      return (await find(db, [scope]))[0] ?? null
    },
    find: (scopes) => find(db, scopes),
  }
}

async function settleAll(db: Kysely<Tables>, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return
  const [scopes, held, spent] = [settlements.map((one) => one.scope), settlements.map((one) => one.held), settlements.map((one) => one.spent)]
  await sql`
    with settlement as materialized (select * from unnest(${scopes}::text[], ${held}::bigint[], ${spent}::bigint[]) as settlement (scope, held, spent))
    insert into budget_accounts as account (scope, limit_micro_usd, held_micro_usd, spent_micro_usd)
    select scope, 0, 0, spent from settlement order by scope
    on conflict (scope) do update set
      held_micro_usd = greatest(account.held_micro_usd - (select held from settlement where settlement.scope = excluded.scope), 0),
      spent_micro_usd = account.spent_micro_usd + excluded.spent_micro_usd`.execute(db)
}

async function find(db: Kysely<Tables>, scopes: readonly BudgetScope[]): Promise<BudgetAccount[]> {
  const rows = await rowsOf<Selectable<Tables['budget_accounts']>>(db, 'select * from budget_accounts where scope = any($1::text[])', scopes)
  return rows.map((row) => ({ scope: row.scope, limitMicroUsd: row.limit_micro_usd, heldMicroUsd: row.held_micro_usd, spentMicroUsd: row.spent_micro_usd }))
}

/** Takes the amount everywhere at once, which is one statement where it fits, and gives it back where it does not. */
async function hold(db: Kysely<Tables>, scopes: readonly Purse[], amount: MicroUsd): Promise<BudgetScope | null> {
  const { rows } = await sql<{ scope: string; left: number }>`
    insert into budget_accounts as account (scope, limit_micro_usd, held_micro_usd, spent_micro_usd)
    select scope, most, ${amount}::bigint, 0
    from unnest(${scopes.map(({ scope }) => scope)}::text[], ${scopes.map(({ limitMicroUsd }) => limitMicroUsd)}::bigint[]) as purse (scope, most)
    order by scope
    on conflict (scope) do update set
      limit_micro_usd = excluded.limit_micro_usd,
      held_micro_usd = account.held_micro_usd + excluded.held_micro_usd
    returning scope, limit_micro_usd - held_micro_usd - spent_micro_usd as left`.execute(db)
  const short = scopes.find(({ scope }) => rows.some((row) => row.scope === scope && row.left < 0))
  if (!short) return null
  await db.updateTable('budget_accounts').set((row) => ({ held_micro_usd: row('held_micro_usd', '-', amount) }))
    .where('scope', '=', sql<string>`any(${scopes.map(({ scope }) => scope)}::text[])`).execute()
  return short.scope
}

/** Divides by whether all have enough: of what goes wrong in the server, this is what nothing else in the statement can. Nobody need look at an answer before the commit. */
const holding = `
  with taken as (
    insert into budget_accounts as account (scope, limit_micro_usd, held_micro_usd, spent_micro_usd)
    select scope, most, amount, 0 from unnest($1::text[], $2::bigint[], $3::bigint[]) as hold (scope, most, amount) order by scope
    on conflict (scope) do update set limit_micro_usd = excluded.limit_micro_usd, held_micro_usd = account.held_micro_usd + excluded.held_micro_usd
    returning limit_micro_usd - held_micro_usd - spent_micro_usd as left_over
  )
  select 1 / (min(left_over) >= 0)::int from taken`

async function holdAll(db: Kysely<Tables>, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return
  try {
    await rowsOf(db, holding, holds.map(({ scope }) => scope), holds.map(({ limitMicroUsd }) => limitMicroUsd), holds.map(({ amount }) => amount))
  } catch (error) {
    throw isDivisionByZero(error) ? new CodeForgeError('budget-exhausted', 'One of the purses has too little left.', { cause: error }) : error
  }
}
