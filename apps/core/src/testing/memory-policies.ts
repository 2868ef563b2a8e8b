import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { parsePolicy } from '@codeforge/domain/policy/parse'
import type { PolicyCatalogue, PolicyChange } from '../ports.ts'

/** A catalogue without files: what is given is shipped, what is saved lives as long as the test. Its examples are not run. */
export function memoryPolicies(shipped: readonly PolicyProfile[]): PolicyCatalogue & { tell(change: PolicyChange): void } {
  const saved = new Map<string, { readonly profile: PolicyProfile; readonly yaml: string }>()
  const listeners = new Set<(change: PolicyChange) => void>()
  const preset = (name: string) => shipped.find((profile) => profile.name === name)
  const owned = (name: string): void => {
    if (preset(name)) throw new CodeForgeError('policy-protected', `'${name}' is a shipped profile.`)
  }
  const tell = (change: PolicyChange): void => {
    for (const listener of listeners) listener(change)
  }
  return {
    get: (name) => preset(name) ?? saved.get(name)?.profile,
    list: () => [...shipped.map((item) => ({ item, preset: true })), ...[...saved.values()].map(({ profile }) => ({ item: profile, preset: false }))],
    source: async (name) => saved.get(name)?.yaml ?? null,
    check(yaml) {
      try {
        return { profile: parsePolicy(yaml, 'the profile', preset), problems: [] }
      } catch (error) {
        return { profile: null, problems: [(error as Error).message] }
      }
    },
    async save(yaml, mayBe) {
      const profile = parsePolicy(yaml, 'the profile', preset)
      mayBe?.(profile)
      owned(profile.name)
      saved.set(profile.name, { profile, yaml })
      tell({ kind: 'loaded', name: profile.name, file: profile.name })
      return profile
    },
    async remove(name) {
      owned(name)
      if (!saved.delete(name)) throw new CodeForgeError('policy-not-found', `There is no policy profile '${name}'.`)
      tell({ kind: 'removed', name, file: name })
    },
    rejected: () => [],
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => { listeners.delete(listener) } }
    },
    tell,
  }
}
