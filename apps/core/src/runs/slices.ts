import type { MicroUsd } from '@codeforge/contracts/money'
import type { BudgetScope } from '@codeforge/ports/store/budgets'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'

interface LimitedScope {
  readonly scope: BudgetScope
  readonly limitMicroUsd: MicroUsd
}

/** The purses that a run's spending comes from on one UTC day, from the narrowest to the widest. */
function scopesOf(run: RunRecord, day: string): readonly BudgetScope[] {
  const { id, projectId, tenant } = run.view
  return [`run:${id}`, `project:${projectId}:${day}`, `tenant:${tenant}:${day}`]
}

async function limitedScopes(
  { budget }: Pick<CoreConfig, 'budget'>, { projects }: Pick<Repositories, 'projects'>, run: RunRecord, day: string,
): Promise<readonly LimitedScope[]> {
  const project = await projects.get(run.view.projectId)
  const [ofRun, ofProject, ofTenant] = scopesOf(run, day)
  return [
    { scope: ofRun!, limitMicroUsd: run.view.maxCostMicroUsd },
    { scope: ofProject!, limitMicroUsd: project?.maxCostPerDayMicroUsd ?? budget.perProjectPerDayUsd * 1_000_000 },
    { scope: ofTenant!, limitMicroUsd: budget.perDayUsd * 1_000_000 },
  ]
}

/** Why a slice was refused, in words for people. */
export function refusal(scope: BudgetScope): string {
  if (scope.startsWith('run:')) return 'The budget of the run is used up.'
  if (scope.startsWith('project:')) return "The project's budget for today is used up."
  return 'The budget for today is used up.'
}

/** Sets more money aside for the run's current attempt; the purse that has too little comes back instead. */
export async function takeSlice(
  config: Pick<CoreConfig, 'budget'>, repositories: Pick<Repositories, 'projects' | 'budgets'>, run: RunRecord,
  amount: MicroUsd, tokens: number, day: string,
): Promise<{ readonly run: RunRecord } | { readonly refused: BudgetScope }> {
  const sliceDay = run.sliceDay ?? day
  const scopes = await limitedScopes(config, repositories, run, sliceDay)
  const refused = await repositories.budgets.hold(scopes, amount)
  if (refused !== null) return { refused }
  return { run: { ...run, sliceMicroUsd: run.sliceMicroUsd + amount, sliceTokens: run.sliceTokens + tokens, sliceDay } }
}

/** Books what a call really cost, out of the slice as far as it reaches. */
export async function settleCost({ budgets }: Pick<Repositories, 'budgets'>, run: RunRecord, cost: MicroUsd): Promise<RunRecord> {
  if (cost === 0 || run.sliceDay === null) return run
  const held = Math.min(cost, run.sliceMicroUsd)
  await budgets.settle(scopesOf(run, run.sliceDay), held, cost)
  return { ...run, sliceMicroUsd: run.sliceMicroUsd - held }
}

/** Books money of an attempt that is no longer current. */
export async function bookLateSpend({ budgets }: Pick<Repositories, 'budgets'>, run: RunRecord, cost: MicroUsd, day: string): Promise<void> {
  await budgets.settle(scopesOf(run, day), 0, cost)
}

/** Gives back what is left of the slice when an attempt ends. */
export async function releaseSlice({ budgets }: Pick<Repositories, 'budgets'>, run: RunRecord): Promise<RunRecord> {
  if (run.sliceDay !== null && run.sliceMicroUsd > 0) await budgets.settle(scopesOf(run, run.sliceDay), run.sliceMicroUsd, 0)
  return { ...run, sliceMicroUsd: 0, sliceTokens: 0, sliceDay: null }
}

/** `2026-01-31` */
export function utcDay(time: Date): string {
  return time.toISOString().slice(0, 10)
}
