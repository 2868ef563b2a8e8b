import { CodeForgeError } from '@codeforge/contracts/error-code'
import { backUp } from '@codeforge/host/backup'
import { tryHostLock } from '@codeforge/host/data/host-lock'
import { openInstallation } from '@codeforge/host/installation'
import { openStore } from '@codeforge/host/open-ports'
import type { ConnectOptions } from '../api/connect.ts'
import { commandName } from '../output/command-name.ts'

/** Replaces the database by a backup while nobody else may use it. Returns the backup of what was there; null where there was nothing. */
export async function restoreBackup({ config, data }: ConnectOptions, file: string, signal: AbortSignal): Promise<string | null> {
  const installation = await openInstallation({
    environment: process.env, ...(config !== undefined && { configFile: config }), ...(data !== undefined && { dataDirectory: data }),
  })
  const { directory } = installation
  await using lock = tryHostLock(directory)
  if (!lock) throw new CodeForgeError('data-locked', `A CodeForge process serves this data. Stop it first: ${commandName()} stop`)
  await using store = await openStore(installation)
  const { migration } = await store.status()
  // One more than is kept otherwise, so that the file that is restored, or the newest before it, is not the one that goes.
  const keep = installation.config.storage.keepBackups + 1
  const saved = migration === 0 ? null : await backUp(store, directory, 'before-restore', keep, new Date(), signal)
  await store.restore(file, signal)
  return saved
}
