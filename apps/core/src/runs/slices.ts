import type { MicroUsd } from '@codeforge/contracts/money'
import type { ProjectId, TenantId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { BudgetAccount, BudgetScope, Hold, Settlement } from '@codeforge/ports/store/budgets'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'

interface Purse {
  readonly scope: BudgetScope
  readonly limitMicroUsd: MicroUsd
}

/** What a call or a slice takes: money, and tokens where the model has no price. */
export interface Amount {
  readonly microUsd: MicroUsd
  readonly tokens: number
}

const ofRun = ({ view }: RunRecord): BudgetScope => `run:${view.id}`
/** A project's purse of one day. */
export const ofProject = (id: ProjectId, day: string): BudgetScope => `project:${id}:${day}`
/** A tenant's purse of one day. */
export const ofTenant = (id: TenantId, day: string): BudgetScope => `tenant:${id}:${day}`

/** The purses that a run's spending comes from on one UTC day, from the narrowest to the widest. */
function scopesOf(run: RunRecord, day: string): readonly BudgetScope[] {
  return [ofRun(run), ofProject(run.view.projectId, day), ofTenant(run.view.tenant, day)]
}

/** The purses of a project and its tenant on one UTC day, with their limits of now. */
export function dailyPurses({ budget }: Pick<CoreConfig, 'budget'>, project: Pick<Project, 'id' | 'maxCostPerDayMicroUsd'>, tenant: TenantId, day: string): readonly Purse[] {
  return [
    { scope: ofProject(project.id, day), limitMicroUsd: project.maxCostPerDayMicroUsd ?? Math.round(budget.perProjectPerDayUsd * 1_000_000) },
    { scope: ofTenant(tenant, day), limitMicroUsd: Math.round(budget.perDayUsd * 1_000_000) },
  ]
}

async function pursesOf(config: Pick<CoreConfig, 'budget'>, { projects }: Pick<Repositories, 'projects'>, run: RunRecord, day: string): Promise<readonly Purse[]> {
  return pursesOn(config, await projects.get(run.view.projectId), run, day)
}

function pursesOn(config: Pick<CoreConfig, 'budget'>, owner: Project | null, run: RunRecord, day: string): readonly Purse[] {
  const { projectId: id, tenant, maxCostMicroUsd } = run.view
  const project = owner ?? { id, maxCostPerDayMicroUsd: null }
  return [{ scope: ofRun(run), limitMicroUsd: maxCostMicroUsd }, ...dailyPurses(config, project, tenant, day)]
}

/** Why a slice was refused, in words for people. */
export function refusal(scope: BudgetScope): string {
  if (scope.startsWith('run:')) return 'The budget of the run is used up.'
  if (scope.startsWith('project:')) return "The project's budget for today is used up."
  return 'The budget for today is used up.'
}

/** The purse of this day that is spent, if one is. Limits are those of now: whoever raised one need not wait for tomorrow. */
export function spentPurse(
  config: Pick<CoreConfig, 'budget'>, accounts: ReadonlyMap<BudgetScope, BudgetAccount>, project: Project, tenant: TenantId, day: string,
): BudgetScope | null {
  for (const { scope, limitMicroUsd } of dailyPurses(config, project, tenant, day)) {
    const account = accounts.get(scope)
    if (account && limitMicroUsd > 0 && account.spentMicroUsd >= limitMicroUsd) return scope
  }
  return null
}

export type Taken =
  | { readonly kind: 'taken'; readonly run: RunRecord }
  /** `held`: other runs have set the rest aside; some of it comes back when they end. */
  | { readonly kind: 'refused'; readonly scope: BudgetScope; readonly held: boolean }

/** Sets more money aside for the run's current attempt, or says which purse has too little. */
export async function takeSlice(
  config: Pick<CoreConfig, 'budget'>, repositories: Pick<Repositories, 'projects' | 'budgets'>, run: RunRecord, amount: Amount, day: string,
): Promise<Taken> {
  const sliceDay = run.sliceDay ?? day
  const purses = await pursesOf(config, repositories, run, sliceDay)
  const scope = await repositories.budgets.hold(purses, amount.microUsd)
  if (scope === null) return { kind: 'taken', run: withMore(run, amount, sliceDay) }
  const limit = purses.find((purse) => purse.scope === scope)?.limitMicroUsd ?? 0
  const account = await repositories.budgets.get(scope)
  return { kind: 'refused', scope, held: (account?.spentMicroUsd ?? 0) + run.sliceMicroUsd + amount.microUsd <= limit }
}

function withMore(run: RunRecord, { microUsd, tokens }: Amount, sliceDay: string): RunRecord {
  return { ...run, sliceMicroUsd: run.sliceMicroUsd + microUsd, sliceTokens: run.sliceTokens + tokens, sliceDay }
}

/** What several runs set aside on one UTC day, gathered to be taken together. */
export class Holds {
  readonly #config: Pick<CoreConfig, 'budget'>
  readonly #projects: ReadonlyMap<ProjectId, Project>
  readonly #day: string
  readonly #byScope = new Map<BudgetScope, Hold>()

  constructor(config: Pick<CoreConfig, 'budget'>, projects: readonly Project[], day: string) {
    this.#config = config
    this.#projects = new Map(projects.map((project) => [project.id, project]))
    this.#day = day
  }

  /** Adds what a run takes; returns it with its slice. */
  take(run: RunRecord, amount: Amount): RunRecord {
    const day = run.sliceDay ?? this.#day
    for (const purse of pursesOn(this.#config, this.#projects.get(run.view.projectId) ?? null, run, day)) {
      this.#byScope.set(purse.scope, { ...purse, amount: amount.microUsd + (this.#byScope.get(purse.scope)?.amount ?? 0) })
    }
    return withMore(run, amount, day)
  }

  list(): readonly Hold[] {
    return [...this.#byScope.values()]
  }
}

/** What purses get back and what was spent from them, gathered to be written together. */
export class Settlements {
  readonly #byScope = new Map<BudgetScope, Settlement>()

  add(scopes: readonly BudgetScope[], held: MicroUsd, spent: MicroUsd): void {
    for (const scope of scopes) {
      const before = this.#byScope.get(scope)
      this.#byScope.set(scope, { scope, held: held + (before?.held ?? 0), spent: spent + (before?.spent ?? 0) })
    }
  }

  list(): readonly Settlement[] {
    return [...this.#byScope.values()]
  }
}

/** Books what a call really cost, out of the slice as far as it reaches; what is beyond is booked all the same. */
export function settleCost(settlements: Settlements, run: RunRecord, cost: Amount, day: string): RunRecord {
  const held = Math.min(cost.microUsd, run.sliceMicroUsd)
  if (cost.microUsd > 0) settlements.add(scopesOf(run, run.sliceDay ?? day), held, cost.microUsd)
  return { ...run, sliceMicroUsd: run.sliceMicroUsd - held, sliceTokens: Math.max(0, run.sliceTokens - cost.tokens) }
}

/** Books money of an attempt that is no longer current: nothing is held for it any more. */
export function addLateSpend(settlements: Settlements, run: RunRecord, cost: MicroUsd, day: string): void {
  settlements.add(scopesOf(run, day), 0, cost)
}

/** Gives back what is left of the slice when an attempt ends. */
export function releaseSlice(settlements: Settlements, run: RunRecord): RunRecord {
  if (run.sliceDay !== null && run.sliceMicroUsd > 0) settlements.add(scopesOf(run, run.sliceDay), run.sliceMicroUsd, 0)
  return { ...run, sliceMicroUsd: 0, sliceTokens: 0, sliceDay: null }
}

/** `2026-01-31` */
export function utcDay(time: Date): string {
  return time.toISOString().slice(0, 10)
}
