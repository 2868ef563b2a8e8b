import { homedir } from 'node:os'
import { resolve } from 'node:path'
import envPaths from 'env-paths'
import type { Environment } from './environment.ts'

/** Where the user's own settings lie, by the platform's convention. */
export function configDirectory(_environment: Environment): string {
  return envPaths('codeforge', { suffix: '' }).config
}

/** Where everything that CodeForge remembers lies: `--data`, else `CODEFORGE_DATA`, else the platform's place for a user's data. */
export function dataDirectoryOf(option: string | undefined, environment: Environment): string {
  const named = option ?? environment['CODEFORGE_DATA']
  if (named === undefined || named === '') return envPaths('codeforge', { suffix: '' }).data
  return resolve(named.replace(/^~(?=\/|$)/, homedir()))
}
