import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { z } from 'zod'
import type { DataDirectory } from './data-directory.ts'

/** Where the host of a data directory can be reached. */
export const HostAddress = z.strictObject({ pid: z.int(), url: z.url(), version: z.string(), startedAt: z.iso.datetime() })
export type HostAddress = z.output<typeof HostAddress>

export interface HostLock extends AsyncDisposable {
  /** Tells other processes where the host is. */
  publish(address: HostAddress): Promise<void>
}

/**
 * Takes the lock of a data directory, or returns null where another process holds it. SQLite's file lock serves, since
 * the kernel gives it back however the process ends and Node has no file lock of its own.
 */
export function tryHostLock(directory: DataDirectory): HostLock | null {
  const database = new DatabaseSync(directory.lockFile, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (/locked|busy/i.test((error as Error).message)) return null
    throw new CodeForgeError('invalid-config', `The lock of the data directory cannot be taken: ${(error as Error).message}`, { cause: error })
  }
  return {
    async publish(address) {
      const draft = `${directory.hostFile}.${process.pid}`
      await writeFile(draft, JSON.stringify(address), { mode: 0o600 })
      await rename(draft, directory.hostFile)
    },
    async [Symbol.asyncDispose]() {
      if (!database.isOpen) return
      await rm(directory.hostFile, { force: true })
      database.close()
    },
  }
}

/** What the host last said of itself; it may be gone since. */
export async function readHostAddress({ hostFile }: DataDirectory): Promise<HostAddress | null> {
  const text = await readFile(hostFile, 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return HostAddress.parse(JSON.parse(text))
  } catch {
    return null
  }
}
