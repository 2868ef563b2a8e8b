import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { skipUnless } from './missing-service.ts'

/** A command prefix: what follows it runs in a mount namespace of its own, after the mounts were made there. Nobody else sees them. */
export function inMountNamespace(mounts: readonly string[]): readonly string[] {
  return ['unshare', '--user', '--map-root-user', '--mount', '--', 'sh', '-ec', `${mounts.join('\n')}\nexec "$@"`, 'sh']
}

/** A small file system of its own in place of a directory, made where it is missing. */
export function smallDisk(path: string, megabytes: number): string {
  return `mkdir -p -m 700 '${path}'; mount -t tmpfs -o size=${megabytes}m,mode=700 tmpfs '${path}'`
}

/** A directory that can no longer be written. */
export function readOnly(path: string): string {
  return `mount --bind '${path}' '${path}'; mount -o remount,bind,ro '${path}'`
}

/** How other processes reach what lies in the namespace of a process. */
export function seenBy(pid: number, path: string): string {
  return `/proc/${pid}/root${path}`
}

/** For the `skip` option of a test: false where mount namespaces can be made, else the reason. */
export async function withoutMountNamespaces(): Promise<string | false> {
  const [program = '', ...args] = [...inMountNamespace([smallDisk('/tmp', 1)]), 'true']
  const works = await promisify(execFile)(program, args).then(() => true, () => false)
  return skipUnless(works, 'a user and mount namespace', 'allow unprivileged user namespaces')
}
