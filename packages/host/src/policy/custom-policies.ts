import { readFile } from 'node:fs/promises'
import type { PolicyReport, RejectedPolicy } from '@codeforge/contracts/policy-api'
import type { PolicyChange } from '@codeforge/core/ports'
import { policyFiles, type PolicyFile } from './read-policies.ts'

/** The profiles of one directory as they are in force, and the files that are not. */
export interface CustomPolicies {
  inForce(): readonly PolicyFile[]
  rejected(): readonly RejectedPolicy[]
  /** Reads the directory again and says what changed. A broken file keeps the last good version; one that is gone takes its profile along. */
  reload(): Promise<readonly PolicyChange[]>
}

/** Follows the profiles of one directory. Names of `taken` cannot be used; `report` reads a text as a profile and says what is wrong with it. */
export function customPolicies(directory: string, taken: ReadonlySet<string>, report: (yaml: string, source: string) => PolicyReport): CustomPolicies {
  let good: ReadonlyMap<string, PolicyFile> = new Map()
  let broken: ReadonlyMap<string, RejectedPolicy & { readonly yaml: string }> = new Map()

  const reload = async (): Promise<readonly PolicyChange[]> => {
    const files = await readAll(directory)
    const nextGood = new Map<string, PolicyFile>()
    const nextBroken = new Map<string, RejectedPolicy & { readonly yaml: string }>()
    const names = new Set(taken)
    for (const [file, yaml] of files) {
      const before = good.get(file)
      const { profile, problems } = before?.yaml === yaml ? { profile: before.profile, problems: [] } : report(yaml, file)
      const wrong = profile !== null && names.has(profile.name) ? [...problems, `the name '${profile.name}' is taken`] : problems
      if (profile !== null && wrong.length === 0) nextGood.set(file, { file, yaml, profile })
      else nextBroken.set(file, { file, yaml, problems: wrong, inForce: before?.profile.name ?? null })
      const kept = nextGood.get(file) ?? before
      if (kept) {
        nextGood.set(file, kept)
        names.add(kept.profile.name)
      }
    }
    const changes = [...removed(good, nextGood), ...loaded(good, nextGood), ...newlyBroken(broken, nextBroken)]
    good = nextGood
    broken = nextBroken
    return changes
  }
  return { inForce: () => [...good.values()], rejected: () => [...broken.values()].map(plain), reload }
}

async function readAll(directory: string): Promise<(readonly [string, string])[]> {
  const read = await Promise.all((await policyFiles(directory)).map(async (file) => {
    const yaml = await readFile(file, 'utf8').catch(() => null)
    return yaml === null ? [] : [[file, yaml] as const]
  }))
  return read.flat()
}

function removed(before: ReadonlyMap<string, PolicyFile>, after: ReadonlyMap<string, PolicyFile>): PolicyChange[] {
  const names = new Set([...after.values()].map(({ profile }) => profile.name))
  return [...before.values()].filter(({ profile }) => !names.has(profile.name)).map(({ file, profile }) => ({ kind: 'removed', name: profile.name, file }))
}

function loaded(before: ReadonlyMap<string, PolicyFile>, after: ReadonlyMap<string, PolicyFile>): PolicyChange[] {
  return [...after.values()].filter(({ file, yaml }) => before.get(file)?.yaml !== yaml).map(({ file, profile }) => ({ kind: 'loaded', name: profile.name, file }))
}

type Broken = ReadonlyMap<string, RejectedPolicy & { readonly yaml: string }>

function newlyBroken(before: Broken, after: Broken): PolicyChange[] {
  return [...after.values()].filter(({ file, yaml }) => before.get(file)?.yaml !== yaml).map((rejected) => ({ kind: 'rejected', ...plain(rejected) }))
}

function plain({ file, problems, inForce }: RejectedPolicy): RejectedPolicy {
  return { file, problems, inForce }
}
