import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Config } from '@codeforge/contracts/config'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { z } from 'zod'
import { environmentSettings, variableInUse } from './environment-settings.ts'
import type { Environment } from './environment.ts'
import { configDirectory } from './directories.ts'
import { nearest } from './nearest.ts'

export interface LoadedConfig {
  readonly config: Config
  /** The file it came from; null where there was none. */
  readonly file: string | null
}

/**
 * Defaults, then the file, then the environment. The file is `--config`, else `CODEFORGE_CONFIG`, else `codeforge.yaml`
 * in the user's config directory; never one of a repository. `invalid-config` names the setting.
 */
export async function loadConfig(path: string | undefined, environment: Environment): Promise<LoadedConfig> {
  const named = path ?? environment['CODEFORGE_CONFIG']
  const file = named ?? join(configDirectory(environment), 'codeforge.yaml')
  const text = await readConfigFile(file, named !== undefined)
  const settings = text === null ? {} : await parseYaml(text, file)
  const merged = merge(settings, environmentSettings(environment))
  const parsed = Config.safeParse(merged)
  if (!parsed.success) throw invalid(parsed.error, file, environment)
  return { config: parsed.data, file: text === null ? null : file }
}

async function readConfigFile(file: string, mustExist: boolean): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new CodeForgeError('invalid-config', `The configuration file ${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

async function parseYaml(text: string, file: string): Promise<Record<string, unknown>> {
  const { parseDocument } = await import('yaml') // most have no file, and start faster without it
  const document = parseDocument(text, { prettyErrors: true })
  const [problem] = document.errors
  if (problem) throw new CodeForgeError('invalid-config', `${file}: ${problem.message}`)
  const value: unknown = document.toJS({ maxAliasCount: 50 }) ?? {}
  if (isRecord(value)) return value
  throw new CodeForgeError('invalid-config', `${file} must hold settings by name.`)
}

/** The second wins; sections are merged, anything else is replaced. */
function merge(first: Record<string, unknown>, second: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...first }
  for (const [key, value] of Object.entries(second)) {
    const old = merged[key]
    merged[key] = isRecord(old) && isRecord(value) ? merge(old, value) : value
  }
  return merged
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(error: z.ZodError, file: string, environment: Environment): CodeForgeError {
  const lines = error.issues.map((issue) => {
    const path = issue.path.map(String)
    const section = path.join('.')
    if (issue.code === 'unrecognized_keys') return `${file}: ${issue.keys.map((key) => unknownKey(section, key)).join('; ')}`
    return `${variableInUse(path, environment) ?? file}: ${section}: ${issue.message}`
  })
  return new CodeForgeError('invalid-config', lines.join('; '), { cause: error })
}

function unknownKey(section: string, key: string): string {
  const full = section === '' ? key : `${section}.${key}`
  const guess = nearest(full)
  return `there is no setting '${full}'${guess === null ? '' : `; did you mean '${guess}'?`}`
}
