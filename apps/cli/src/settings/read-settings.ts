import { readFile } from 'node:fs/promises'
import { environmentSettings } from '@codeforge/host/config/environment-settings'
import { loadConfig } from '@codeforge/host/config/load-config'
import type { Environment } from '@codeforge/host/config/environment'
import { settingPaths } from '@codeforge/host/config/setting-paths'

export interface Setting {
  readonly name: string
  readonly value: string
  readonly source: 'default' | 'file' | 'environment'
}

/** Every setting with its value and where that comes from. */
export async function readSettings(path: string | undefined, environment: Environment): Promise<{ readonly file: string | null, readonly settings: readonly Setting[] }> {
  const { config, file } = await loadConfig(path, environment)
  const fromFile: unknown = file === null ? {} : (await import('yaml')).parse(await readFile(file, 'utf8'))
  const fromEnvironment = environmentSettings(environment)
  const settings = settingPaths.map((parts): Setting => ({
    name: parts.join('.'),
    value: shown(at(config, parts), environment),
    source: at(fromEnvironment, parts) !== undefined ? 'environment' : at(fromFile, parts) !== undefined ? 'file' : 'default',
  }))
  return { file, settings }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), value)
}

/** A secret is shown as its variable and whether that is set, never as its value. */
function shown(value: unknown, environment: Environment): string {
  if (typeof value === 'object' && value !== null && 'env' in value && Object.keys(value).length === 1) {
    const name = String(value.env)
    return `$${name} (${environment[name] ? 'set' : 'not set'})`
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
