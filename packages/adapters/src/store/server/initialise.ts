import { execFile } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { environment } from './environment.ts'
import type { Binaries } from './binaries.ts'
import type { Identity } from './identity.ts'

export const superuser = 'codeforge'

/** Makes a data directory. It appears under its name only when it is complete, so that a start that was cut off is simply repeated. */
export async function initialise(data: string, binaries: Binaries, identity: Identity): Promise<void> {
  const unfinished = `${data}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await identity.own(unfinished)
  const [program = '', ...args] = [
    ...identity.prefix, binaries.initdb, '-D', unfinished, `--username=${superuser}`,
    // Whoever can enter the socket's directory is the owner; there is no other way in.
    '--auth-local=trust', '--auth-host=reject',
    '--encoding=UTF8', '--locale=C', '--data-checksums', '--no-instructions',
  ]
  await promisify(execFile)(program, args, { env: environment(binaries), cwd: unfinished }).catch((error: unknown) => {
    throw new CodeForgeError('store-unavailable', `The database could not be made in ${data}: ${said(error)}`, { cause: error })
  })
  await rename(unfinished, data)
}

function said(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : String(error)
  return output.trim().split('\n').slice(-3).join(' ')
}
