import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '@codeforge/ports/store/store'
import type { DataDirectory } from './data/data-directory.ts'

/** Writes a backup of the database into the data directory and forgets the oldest ones. Returns its file. */
export async function backUp(
  store: Pick<Store, 'backup'>, directory: DataDirectory, reason: string, keep: number, now: Date, signal: AbortSignal,
): Promise<string> {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-')
  const file = join(directory.backups, `${stamp}-${reason}.backup`)
  await store.backup(file, signal)
  await forgetOldest(directory, keep)
  return file
}

/** Backups are named by their time, so the first ones are the oldest. */
async function forgetOldest({ backups }: DataDirectory, keep: number): Promise<void> {
  const files = (await readdir(backups)).filter((name) => name.endsWith('.backup')).sort()
  await Promise.all(files.slice(0, Math.max(0, files.length - keep)).map(async (name) => rm(join(backups, name), { force: true })))
}
