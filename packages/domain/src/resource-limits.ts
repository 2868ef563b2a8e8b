import type { ResourceLimits } from '@codeforge/contracts/policy-profile'

type Limit = keyof ResourceLimits

function namesIn(...sources: readonly ResourceLimits[]): readonly Limit[] {
  return [...new Set(sources.flatMap((source) => Object.keys(source) as Limit[]))]
}

/** Limits of two sources where the nearer one is heard first: what it does not say, the farther one says. */
export function mergeLimits(far: ResourceLimits, near: ResourceLimits): ResourceLimits {
  return of(namesIn(far, near), (name) => near[name] ?? far[name])
}

/** Limits under a cap: of each the lower one holds, and what the cap names is limited even where nothing else says so. */
export function capLimits(limits: ResourceLimits, cap: ResourceLimits): ResourceLimits {
  return of(namesIn(limits, cap), (name) => {
    const [own, most] = [limits[name], cap[name]]
    return own === undefined || most === undefined ? own ?? most : Math.min(own, most)
  })
}

/** Whoever runs the worker says what holds where a profile is silent, and what no profile may exceed. */
export interface OperatorLimits {
  readonly unlessSaid: ResourceLimits
  readonly most: ResourceLimits
}

/** The limits of a run: the operator's where the profile says nothing, the profile's otherwise, and never above the operator's cap. */
export function limitsOf(profile: ResourceLimits, { unlessSaid, most }: OperatorLimits): ResourceLimits {
  return capLimits(mergeLimits(unlessSaid, profile), most)
}

function of(names: readonly Limit[], value: (name: Limit) => number | undefined): ResourceLimits {
  return Object.fromEntries(names.flatMap((name) => {
    const limit = value(name)
    return limit === undefined ? [] : [[name, limit]]
  }))
}
