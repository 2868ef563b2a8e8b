import type { MicroUsd } from '@codeforge/contracts/money'

/** A purse: `run:<id>`, `project:<id>:<day>`, `tenant:<id>:<day>`. Days are UTC. */
export type BudgetScope = string

export interface BudgetAccount {
  readonly scope: BudgetScope
  readonly limitMicroUsd: MicroUsd
  readonly heldMicroUsd: MicroUsd
  readonly spentMicroUsd: MicroUsd
}

/** What one purse gets back and what was spent from it. */
export interface Settlement {
  readonly scope: BudgetScope
  readonly held: MicroUsd
  readonly spent: MicroUsd
}

/** What is set aside in one purse. */
export interface Hold {
  readonly scope: BudgetScope
  readonly limitMicroUsd: MicroUsd
  readonly amount: MicroUsd
}

export interface BudgetStore {
  /**
   * Sets money aside in every scope or in none, making accounts that do not exist yet with the limit given.
   * Returns the scope that has too little left, or null where the hold stands. Concurrent holds never exceed a limit.
   */
  hold(scopes: readonly { readonly scope: BudgetScope; readonly limitMicroUsd: MicroUsd }[], amount: MicroUsd): Promise<BudgetScope | null>
  /**
   * The same with an amount for each purse, each named once, in one statement that nobody need wait for: where one has too little it fails with
   * `budget-exhausted`, and a transaction around it is void.
   */
  holdAll(holds: readonly Hold[]): Promise<void>
  /** Gives back `held` and books `spent` in every scope. */
  settle(scopes: readonly BudgetScope[], held: MicroUsd, spent: MicroUsd): Promise<void>
  /** The same with an amount for each scope, in one statement; each is named once. */
  settleAll(settlements: readonly Settlement[]): Promise<void>
  get(scope: BudgetScope): Promise<BudgetAccount | null>
  /** Those of the scopes that have an account. */
  find(scopes: readonly BudgetScope[]): Promise<readonly BudgetAccount[]>
}
