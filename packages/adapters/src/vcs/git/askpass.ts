import { mkdir, writeFile } from 'node:fs/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Layout } from './layout.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Gives the credentials for an address, or null where there are none. */
export type CredentialSource = (url: string) => Promise<Credentials | null>

/**
 * Reads what it is asked for from a pipe that only its git inherits: nothing on disk, in arguments or in the environment.
 * git asks for another host where the first one redirects; that gets no answer.
 */
const script = `#!/bin/sh
case "$1" in
  "Username for '"*"://$CODEFORGE_ASKPASS_HOST'"*) IFS= read -r answer <&3 ;;
  "Password for '"*"@$CODEFORGE_ASKPASS_HOST'"*) IFS= read -r answer <&4 ;;
  *) exit 1 ;;
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

export interface AccessDeps {
  readonly layout: Layout
  readonly credentials: CredentialSource
  /** Hosts that may get credentials: whoever starts a run names the address. */
  readonly credentialHosts: readonly string[]
  readonly network: Readonly<Record<string, string>>
}

/** What a command against a remote needs: the network, and credentials for https addresses of the named hosts only. */
export async function withCredentials(deps: AccessDeps, url: string): Promise<RemoteAccess> {
  const { layout, network } = deps
  const host = URL.canParse(url) ? new URL(url).host : ''
  const isPrivate = /^https:\/\//i.test(url) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/i.test(url)
  const credentials = isPrivate && deps.credentialHosts.includes(host) ? await deps.credentials(url) : null
  if (credentials === null) return { environment: network, whispers: [] }
  const { username, password } = credentials
  if (/[\r\n\0]/.test(username + password)) throw new CodeForgeError('invalid-config', 'User name and password for git must be one line each.')
  return { environment: { ...network, GIT_ASKPASS: layout.askpass, CODEFORGE_ASKPASS_HOST: host }, whispers: [`${username}\n`, `${password}\n`] }
}
