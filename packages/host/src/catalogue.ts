import { readFile, readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ModeFile } from '@codeforge/contracts/mode'
import type { Mode } from '@codeforge/contracts/mode'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { Catalogue } from '@codeforge/core/ports'
import type { z } from 'zod'
import { parseDocument } from 'yaml'

/** Reads every YAML file of a directory with a schema. A broken file stops the start and is named. */
async function readYamlDirectory<Schema extends z.ZodType>(directory: string, schema: Schema): Promise<z.output<Schema>[]> {
  const names = (await readdir(directory)).filter((name) => ['.yaml', '.yml'].includes(extname(name))).sort()
  return Promise.all(names.map(async (name) => {
    const file = join(directory, name)
    const document = parseDocument(await readFile(file, 'utf8'))
    const [problem] = document.errors
    const parsed = problem ? null : schema.safeParse(document.toJS({ maxAliasCount: 50 }))
    if (parsed?.success) return parsed.data
    const reason = problem?.message ?? parsed?.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    throw new CodeForgeError('invalid-config', `${file}: ${reason}`)
  }))
}

/** A catalogue of shipped items and the user's own; own ones may not take a shipped name. */
function catalogue<Item>(shipped: readonly Item[], own: readonly Item[], nameOf: (item: Item) => string): Catalogue<Item> {
  const entries = new Map<string, { readonly item: Item; readonly preset: boolean }>()
  for (const item of shipped) entries.set(nameOf(item), { item, preset: true })
  for (const item of own) {
    if (entries.has(nameOf(item))) throw new CodeForgeError('invalid-config', `'${nameOf(item)}' stands twice; shipped names cannot be taken.`)
    entries.set(nameOf(item), { item, preset: false })
  }
  return { get: (name) => entries.get(name)?.item, list: () => [...entries.values()] }
}

/** Checks the examples of a profile; returns one sentence for each that does not come out as written. */
export type ExampleCheck = (profile: PolicyProfile) => readonly string[]

/** The shipped profiles and those of `policies.directory`. `policy-invalid` names the failing examples. */
export async function loadPolicies(shipped: string, own: string | null, check: ExampleCheck): Promise<Catalogue<PolicyProfile>> {
  const profiles = await Promise.all([shipped, own].map(async (directory) => (directory === null ? [] : readYamlDirectory(directory, PolicyProfile))))
  for (const profile of profiles.flat()) {
    const failing = check(profile)
    if (failing.length > 0) throw new CodeForgeError('policy-invalid', `Profile '${profile.name}': ${failing.join('; ')}`)
  }
  return catalogue(profiles[0]!, profiles[1]!, ({ name }) => name)
}

/** The shipped modes and those of `modes.directory`, each with its prompt. */
export async function loadModes(shipped: string, own: string | null): Promise<Catalogue<Mode>> {
  const modes = await Promise.all([shipped, own].map(async (directory) => (directory === null ? [] : readModes(directory))))
  return catalogue(modes[0]!, modes[1]!, ({ id }) => id)
}

async function readModes(directory: string): Promise<Mode[]> {
  const files = await readYamlDirectory(directory, ModeFile)
  return Promise.all(files.map(async (mode) => {
    const file = join(directory, 'prompts', basename(mode.prompt))
    const promptTemplate = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new CodeForgeError('invalid-config', `Mode '${mode.id}': its prompt ${file} cannot be read.`, { cause: error })
    })
    return { ...mode, promptTemplate }
  }))
}
