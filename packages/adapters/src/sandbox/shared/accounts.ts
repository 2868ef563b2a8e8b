import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { insideHome } from './view.ts'

/** The user as whom commands see themselves. */
export interface Identity {
  readonly user: number
  readonly group: number
}

/** Root sees itself as an ordinary user, since many programs refuse to work as root or behave in another way; others keep their numbers. */
export function insideIdentity(): Identity {
  const user = process.getuid?.() ?? 1000
  const group = process.getgid?.() ?? 1000
  return { user: user === 0 ? 1000 : user, group: group === 0 ? 1000 : group }
}

/** Writes account files that know the sandbox's user and none of the host's people. */
export async function writeAccounts(directory: string, { user, group }: Identity): Promise<{ readonly passwd: string; readonly group: string }> {
  const files = { passwd: join(directory, 'passwd'), group: join(directory, 'group') }
  const nobody = (id: number): boolean => id === 65534
  await writeFile(files.passwd, [
    `codeforge:x:${String(user)}:${String(group)}:CodeForge:${insideHome}:/bin/sh`,
    'root:x:0:0:root:/root:/bin/sh',
    ...(nobody(user) ? [] : ['nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin']),
    '',
  ].join('\n'), { mode: 0o644 })
  await writeFile(files.group, [`codeforge:x:${String(group)}:`, 'root:x:0:', ...(nobody(group) ? [] : ['nogroup:x:65534:']), ''].join('\n'), { mode: 0o644 })
  return files
}
