import { mkdir, writeFile } from 'node:fs/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Layout } from './layout.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Gives the credentials for an address, or null where there are none. */
export type CredentialSource = (url: string) => Promise<Credentials | null>

/** Reads what it is asked for from a pipe that only its git inherits: nothing on disk, in arguments or in the environment. */
const script = `#!/bin/sh
case "$1" in
  Username*) IFS= read -r answer <&3 ;;
  *) IFS= read -r answer <&4 ;;
esac
printf '%s\\n' "$answer"
`

export interface RemoteAccess {
  readonly environment: Readonly<Record<string, string>>
  readonly whispers: readonly string[]
}

/** Writes the askpass script; done once, when the adapter opens. */
export async function writeAskpass(layout: Layout): Promise<void> {
  await mkdir(layout.root, { recursive: true, mode: 0o700 })
  await writeFile(layout.askpass, script, { mode: 0o700 })
}

/** What a command against a remote needs: the network, and credentials for https addresses only. */
export async function withCredentials(layout: Layout, source: CredentialSource, network: Readonly<Record<string, string>>, url: string): Promise<RemoteAccess> {
  const credentials = /^https:\/\//i.test(url) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/i.test(url) ? await source(url) : null
  if (credentials === null) return { environment: network, whispers: [] }
  const { username, password } = credentials
  if (/[\r\n\0]/.test(username + password)) throw new CodeForgeError('invalid-config', 'User name and password for git must be one line each.')
  return { environment: { ...network, GIT_ASKPASS: layout.askpass }, whispers: [`${username}\n`, `${password}\n`] }
}
