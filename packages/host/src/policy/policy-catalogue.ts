import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PolicyReport } from '@codeforge/contracts/policy-api'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { PolicyCatalogue, PolicyChange } from '@codeforge/core/ports'
import { watch } from 'chokidar'
import { customPolicies, type CustomPolicies } from './custom-policies.ts'
import { openKeptYaml } from './kept-yaml.ts'
import { readAllPolicies, reportOn, type ExampleCheck, type PolicyFile } from './read-policies.ts'

export interface PolicyCatalogueOptions {
  readonly shipped: string
  /** Where custom profiles lie and are saved. */
  readonly directory: string
  /** Where it is kept what the shipped profiles say. */
  readonly keptYaml: string
  /** What only this data directory knows: seals what is kept. */
  readonly secret: string
  readonly check: ExampleCheck
  /** Told where the directory cannot be followed. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Milliseconds without a further change after which a file counts as written. */
const settledMs = 100

/** Opens the shipped profiles and follows those of a directory: what is saved there, by whomever, comes into force without a restart. */
export async function openPolicyCatalogue({ shipped, directory, keptYaml, secret, check, warn }: PolicyCatalogueOptions): Promise<PolicyCatalogue & AsyncDisposable> {
  const kept = await openKeptYaml(keptYaml, secret)
  const presets = new Map((await readAllPolicies(shipped, undefined, kept.read)).map((file) => [file.profile.name, file]))
  await kept.keep()
  // What is being saved was reported on already when its file is read: its examples run once.
  let saved: { readonly yaml: string; readonly report: PolicyReport } | null = null
  const report = (yaml: string, source: string) => (saved?.yaml === yaml ? saved.report : reportOn(yaml, source, check, (name) => presets.get(name)?.profile))
  const custom = customPolicies(directory, new Set(presets.keys()), report)
  const listeners = new Set<(change: PolicyChange) => void>()
  const reload = oneAtATime(async () => {
    for (const change of await custom.reload()) for (const listener of listeners) listener(change)
  })
  const stop = await follow(directory, reload, warn)
  // Only now: what was written before the directory was followed would be seen by neither.
  await reload()
  const find = (name: string): PolicyFile | undefined => presets.get(name) ?? custom.inForce().find(({ profile }) => profile.name === name)
  const owned = (name: string): void => {
    if (presets.has(name)) throw new CodeForgeError('policy-protected', `'${name}' is a shipped profile.`)
  }
  return {
    get: (name) => find(name)?.profile,
    list: () => [
      ...[...presets.values()].map(({ profile }) => ({ item: profile, preset: true })),
      ...custom.inForce().map(({ profile }) => ({ item: profile, preset: false })),
    ],
    source: async (name) => find(name)?.yaml ?? null,
    check: (yaml) => report(yaml, 'the profile'),
    async save(yaml, mayBe) {
      const checked = report(yaml, 'the profile')
      if (checked.profile !== null) mayBe?.(checked.profile)
      const profile = acceptable(checked)
      owned(profile.name)
      await writeProfile(directory, fileOf(custom, directory, profile.name), yaml)
      saved = { yaml, report: checked }
      await reload()
      return profile
    },
    async remove(name) {
      owned(name)
      const file = find(name)?.file
      if (file === undefined) throw new CodeForgeError('policy-not-found', `There is no policy profile '${name}'.`)
      await rm(file, { force: true })
      await reload()
    },
    rejected: custom.rejected,
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => { listeners.delete(listener) } }
    },
    [Symbol.asyncDispose]: stop,
  }
}

function acceptable({ profile, problems }: ReturnType<typeof reportOn>): PolicyProfile {
  if (profile !== null && problems.length === 0) return profile
  throw new CodeForgeError('policy-invalid', problems.join('; '), { details: { problems } })
}

/** A profile stays in the file it came from; a new one gets its name. */
function fileOf(custom: CustomPolicies, directory: string, name: string): string {
  return custom.inForce().find(({ profile }) => profile.name === name)?.file ?? join(directory, `${name}.yaml`)
}

/** Written beside and moved into place, so that no reader meets half a profile. */
async function writeProfile(directory: string, file: string, yaml: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const partial = join(directory, `.${basename(file)}.partial`)
  await writeFile(partial, yaml, { mode: 0o600, flush: true })
  await rename(partial, file)
}

async function follow(directory: string, reload: () => Promise<void>, warn: PolicyCatalogueOptions['warn']): Promise<() => Promise<void>> {
  const failed = (error: unknown) => { warn('the policies directory cannot be followed', { directory, error }) }
  const watcher = watch(directory, { ignoreInitial: true, depth: 0, awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: settledMs / 4 } })
  watcher.on('all', () => { reload().catch(failed) })
  watcher.on('error', failed)
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  return async () => watcher.close()
}

/** Runs the work one after the other: two at once could bring an old state into force. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const run = last.then(work)
    last = run.catch(() => undefined)
    return run
  }
}
