import type { Config } from '@codeforge/contracts/config'
import { dataDirectoryOf } from './config/directories.ts'
import { loadConfig } from './config/load-config.ts'
import type { Environment } from './config/environment.ts'
import { readSecrets } from './config/secrets.ts'
import type { Secrets } from './config/secrets.ts'
import { openDataDirectory } from './data/data-directory.ts'
import type { DataDirectory } from './data/data-directory.ts'

export interface InstallationOptions {
  readonly environment: Environment
  readonly configFile?: string
  readonly dataDirectory?: string
}

/** What a process of CodeForge works with: its settings, its data directory and its secrets. */
export interface Installation {
  readonly environment: Environment
  readonly config: Config
  readonly directory: DataDirectory
  readonly secrets: Secrets
}

/** Reads the settings and opens the data directory; takes no lock and starts nothing. */
export async function openInstallation({ environment, configFile, dataDirectory }: InstallationOptions): Promise<Installation> {
  const { config } = await loadConfig(configFile, environment)
  const directory = await openDataDirectory(dataDirectoryOf(dataDirectory, environment))
  return { environment, config, directory, secrets: readSecrets(config, environment) }
}
