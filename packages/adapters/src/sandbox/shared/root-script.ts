import { statSync } from 'node:fs'
import { mountOf, mountsBelow } from './mount-table.ts'
import type { MountPoint } from './mount-table.ts'
import { quote } from './shell-text.ts'
import type { Mount } from './view.ts'

export interface RootScript {
  readonly mounts: readonly Mount[]
  readonly table: readonly MountPoint[]
  /** Where the new root is put together: an empty directory. */
  readonly root: string
  /** An empty file that nobody may read. */
  readonly nothing: string
  readonly loopback: boolean
  /** Run at the end, inside the new root. */
  readonly last: string
}

/** Shell text that puts a root directory together from mounts, and moves into it. To be run in namespaces made for it. */
export function rootScriptText(script: RootScript): string {
  const { root } = script
  return [
    'set -eu',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...(script.loopback ? [loopbackUp] : []),
    `mount -t tmpfs -o size=4m,mode=755,nosuid,nodev codeforge ${quote(root)}`,
    ...script.mounts.flatMap((mount) => mountLines(mount, script)),
    ...script.mounts.filter((mount) => (mount.kind === 'hidden' && mount.directory) || mount.kind === 'devices').map((mount) => `mount -o remount,bind,ro,nosuid ${quote(root + mount.path)}`),
    `cd ${quote(root)}`,
    'mkdir .old',
    'pivot_root . .old',
    'cd /',
    'umount -l /.old',
    'rmdir /.old',
    'mount -o remount,bind,ro,nosuid,nodev /',
    script.last,
    '',
  ].join('\n')
}

/** A new network namespace has a loopback device that is down. No single program that raises it is everywhere. */
const loopbackUp = [
  'ip link set lo up 2>/dev/null',
  'ifconfig lo up 2>/dev/null',
  `perl -e 'socket(my $s, 2, 2, 0) or exit 1; ioctl($s, 0x8914, pack("a16sx22", "lo", 0x41)) or exit 1' 2>/dev/null`,
  `python3 -c 'import fcntl, socket, struct; fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, struct.pack("16sh22x", b"lo", 0x41))' 2>/dev/null`,
  "{ echo 'the loopback device cannot be raised: ip, ifconfig, perl or python3 is needed' >&2; exit 1; }",
].join(' || ')

function mountLines(mount: Mount, script: RootScript): readonly string[] {
  const target = quote(script.root + mount.path)
  switch (mount.kind) {
    case 'link': return [`ln -s ${quote(mount.to)} ${target}`]
    case 'read': return [place(mount.source, target), `mount --rbind ${quote(mount.source)} ${target}`, ...remounts(mount, script, ['ro'])]
    case 'write': return [place(mount.source, target), `mount --rbind ${quote(mount.source)} ${target}`, ...remounts(mount, script, [])]
    case 'hidden': return mount.directory
      ? [`mkdir -p ${target}`, `mount -t tmpfs -o size=1m,mode=755,nosuid,nodev hidden ${target}`]
      : [`mount --bind ${quote(script.nothing)} ${target}`, `mount -o remount,bind,ro ${target}`]
    case 'processes': return [`mkdir -p ${target}`, `mount -t proc -o nosuid,nodev,noexec proc ${target}`]
    case 'devices': return deviceLines(target)
    default: return mount satisfies never
  }
}

const place = (source: string, target: string): string =>
  statSync(source).isDirectory() ? `mkdir -p ${target}` : `[ -e ${target} ] || { mkdir -p "$(dirname ${target})"; : > ${target}; }`

/** A flag counts for one mount only, so each one below gets it too; what the host locked has to be named again. */
function remounts(mount: { readonly path: string; readonly source: string }, { table, root }: RootScript, flags: readonly string[]): readonly string[] {
  const line = (path: string, locked: readonly string[]): string =>
    `mount -o ${['remount', 'bind', ...new Set([...flags, ...locked, 'nosuid', 'nodev'])].join(',')} ${quote(path)}`
  const own = mountOf(table, mount.source)?.locked ?? []
  return [
    line(root + mount.path, own),
    ...mountsBelow(table, mount.source).map((below) => {
      const path = root + mount.path + below.path.slice(mount.source.length)
      // One that lies below another mount cannot be reached, by the commands neither.
      return `[ ! -e ${quote(path)} ] || ! mountpoint -q ${quote(path)} || ${line(path, below.locked)}`
    }),
  ]
}

const deviceLines = (target: string): readonly string[] => [
  `mkdir -p ${target}`,
  `mount -t tmpfs -o size=1m,mode=755,nosuid devices ${target}`,
  `mkdir ${target}/pts ${target}/shm`,
  `for device in null zero full random urandom tty; do : > ${target}/$device; mount --bind /dev/$device ${target}/$device; done`,
  `ln -s /proc/self/fd ${target}/fd`,
  `ln -s /proc/self/fd/0 ${target}/stdin`,
  `ln -s /proc/self/fd/1 ${target}/stdout`,
  `ln -s /proc/self/fd/2 ${target}/stderr`,
  `mount -t devpts -o newinstance,ptmxmode=0666,mode=620,nosuid,noexec devpts ${target}/pts`,
  `ln -s pts/ptmx ${target}/ptmx`,
]
