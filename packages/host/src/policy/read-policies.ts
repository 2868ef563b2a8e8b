import { readFile, readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { policySourceLimit, type PolicyReport } from '@codeforge/contracts/policy-api'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { Catalogue } from '@codeforge/core/ports'
import { parsePolicy, type ReadYaml } from '@codeforge/domain/policy/parse'
import type { BaseOf } from '@codeforge/domain/policy/profile-file'
import { ZodError } from 'zod'

/** Checks the examples of a profile; returns one sentence for each that does not come out as written. */
export type ExampleCheck = (profile: PolicyProfile) => readonly string[]

/** A profile with the file it was read from. */
export interface PolicyFile {
  readonly file: string
  readonly yaml: string
  readonly profile: PolicyProfile
}

/** Whether a file of the directory is meant to hold a profile: hidden ones are an editor's or half written. */
export function isPolicyFile(name: string): boolean {
  return !name.startsWith('.') && ['.yaml', '.yml'].includes(extname(name))
}

/** Every profile of a directory, without running its examples. A broken one is `policy-invalid`. `baseOf`: what they may build on; absent: on each other, once. `read`: what a text says. */
export async function readAllPolicies(directory: string, baseOf?: BaseOf, read?: ReadYaml): Promise<PolicyFile[]> {
  const texts = await Promise.all((await policyFiles(directory)).map(async (file) => ({ file, yaml: await readFile(file, 'utf8') })))
  const found: PolicyFile[] = []
  for (const { file, yaml } of texts.toSorted((a, b) => Number(builds(a.yaml)) - Number(builds(b.yaml)))) {
    found.push({ file, yaml, profile: parsePolicy(yaml, file, baseOf ?? ((name) => found.find((other) => !builds(other.yaml) && other.profile.name === name)?.profile), read) })
  }
  return found.toSorted((a, b) => (a.file < b.file ? -1 : 1))
}

function builds(yaml: string): boolean {
  return /^extends:/m.test(yaml)
}

/** Paths of the profiles in a directory, in order of their names; none where there is no such directory. */
export async function policyFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new CodeForgeError('invalid-config', `The policies in ${directory} cannot be read: ${(error as Error).message}`, { cause: error })
  })
  return names.filter(isPolicyFile).sort().map((name) => join(directory, name))
}

/** Reads a text as a profile and runs its examples. `baseOf`: the profiles that it may build on. */
export function reportOn(yaml: string, source: string, check: ExampleCheck, baseOf: BaseOf): PolicyReport {
  if (yaml.length > policySourceLimit) return { profile: null, problems: [`${source} is longer than ${policySourceLimit} characters`] }
  try {
    const profile = parsePolicy(yaml, source, baseOf)
    return { profile, problems: [...check(profile)] }
  } catch (error) {
    return { profile: null, problems: problemsOf(error) }
  }
}

/** One sentence for each place that is wrong. */
function problemsOf(error: unknown): string[] {
  const { cause, message } = error as Error
  if (!(cause instanceof ZodError)) return [message]
  return cause.issues.map((issue) => `${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`)
}

/** The shipped profiles and those of a directory as they are now. Examples are not run; a broken file is `policy-invalid`, a name that stands twice `invalid-config`. */
export async function readCatalogue(shipped: string, own: string): Promise<Catalogue<PolicyProfile>> {
  const presets = await readAllPolicies(shipped)
  const owned = await readAllPolicies(own, (name) => presets.find(({ profile }) => profile.name === name)?.profile)
  const entries = new Map(presets.map(({ profile }) => [profile.name, { item: profile, preset: true }]))
  for (const { file, profile } of owned) {
    if (entries.has(profile.name)) throw new CodeForgeError('invalid-config', `${file}: there is a profile '${profile.name}' already.`)
    entries.set(profile.name, { item: profile, preset: false })
  }
  return { get: (name) => entries.get(name)?.item, list: () => [...entries.values()] }
}
