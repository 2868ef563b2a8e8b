import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { z } from 'zod'
import { isFields, withListsPutIn } from './pattern-lists.ts'

/** The profile that a name in `extends` means; undefined where there is none. */
export type BaseOf = (name: string) => PolicyProfile | undefined

// What a profile builds on says where its runs work and which files they may name; whoever wants that otherwise writes a profile of its own.
const inherited = ['situation', 'sandbox', 'paths'] as const

/**
 * The schema of a profile as it stands in a file. `extends` takes over the guards and rules of another profile, which stand before its own, so that
 * nothing which is denied there can be allowed here; its lists are put in.
 */
export function profileFile(baseOf: BaseOf) {
  return z.unknown().transform((raw, context): unknown => {
    if (!isFields(raw)) return raw
    const refuse = (at: string) => (message: string) => { context.addIssue({ code: 'custom', path: [at], message }) }
    const { extends: base, ...profile } = withListsPutIn(raw, refuse('lists'))
    return base === undefined ? profile : extended(profile, base, baseOf, refuse('extends'))
  }).pipe(PolicyProfile)
}

function extended(profile: Readonly<Record<string, unknown>>, name: unknown, baseOf: BaseOf, refuse: (message: string) => void): unknown {
  const base = typeof name === 'string' ? baseOf(name) : undefined
  if (base === undefined) {
    refuse('there is no shipped profile of this name to build on')
    return profile
  }
  for (const key of inherited) if (key in profile) refuse(`${key} comes from ${base.name} and cannot be given here`)
  const { examples: _examples, ...rest } = base
  return { ...rest, ...profile, guards: [...base.guards, ...ownOf(profile['guards'])], rules: [...base.rules, ...ownOf(profile['rules'])] }
}

function ownOf(entries: unknown): readonly unknown[] {
  // What is no list is refused by the schema.
  return Array.isArray(entries) ? entries : entries === undefined ? [] : [entries]
}
