import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runToEnd } from '../../../processes/run-to-end.ts'

export interface Layers {
  /** Read by everybody who shares it, written by nobody. */
  readonly lower: string
  /** Takes what this workspace changes. Must not exist. */
  readonly own: string
  readonly target: string
}

/** Workspaces as a layer over files that they share. */
export interface Overlays {
  /** Whether this process may mount them below its directory; tried once. */
  usable(): Promise<boolean>
  mount(layers: Layers): Promise<void>
  /** Unmounts everything at or below a path, also what is still in use. */
  release(path: string): Promise<void>
}

/** A mount's options are one text, and the mount table writes other characters in codes. */
const plainPath = /^[\w./+-]+$/

/** Makes the overlays of a data directory. They need Linux and the right to mount (root, not in an ordinary container). */
export function createOverlays(options: { readonly root: string; readonly searchPath: string; readonly wanted: boolean }): Overlays {
  const environment = { PATH: `${options.searchPath}:/usr/sbin:/sbin`, LC_ALL: 'C' }
  const run = (program: string, ...args: string[]) => orFail({ file: program, args, directory: '/', environment })
  const mount = async ({ lower, own, target }: Layers) => {
    await mkdir(join(own, 'upper'), { recursive: true })
    await mkdir(join(own, 'work'))
    await run('mount', ...mountWords({ lower, own, target }))
  }
  const release = async (path: string) => {
    for (const point of (await mountPoints(path)).reverse()) {
      await run('umount', point).catch(() => run('umount', '-l', point)).catch(() => {}) // another process was first
    }
  }
  let usable: Promise<boolean> | undefined
  const possible = options.wanted && process.platform === 'linux' && process.getuid?.() === 0 && plainPath.test(options.root)
  return { usable: () => (usable ??= possible ? probe(options.root, environment) : Promise.resolve(false)), mount, release }
}

/** Milliseconds that mounting or unmounting may take. */
const patienceMs = 10_000

async function orFail(program: Parameters<typeof runToEnd>[0]): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(program, AbortSignal.timeout(patienceMs))
  if (code !== 0) throw new Error(`${program.file} ended with ${code}: ${stderr.trim()}`)
  return stdout
}

/** What `mount` is told. `volatile`: without it, unmounting waits until the whole disk is written. Nobody mounts an upper layer twice. */
function mountWords({ lower, own, target }: Layers): readonly string[] {
  const layers = `lowerdir=${lower},upperdir=${join(own, 'upper')},workdir=${join(own, 'work')}`
  return ['-t', 'overlay', '-o', `${layers},redirect_dir=on,volatile,nosuid,nodev`, 'codeforge', target]
}

/** Mounts where nobody else sees it: whatever ends this process meanwhile, nothing stays mounted. Prints the number of the file that it sees. */
const probeScript = 'target=$1; shift; mount "$@" && stat -c %i "$target/file" && echo upper > "$target/file"'

async function probe(root: string, environment: Readonly<Record<string, string>>): Promise<boolean> {
  const place = join(root, `overlay-probe-${process.pid}-${Math.random().toString(36).slice(2)}`)
  const layers: Layers = { lower: join(place, 'lower'), own: join(place, 'own'), target: join(place, 'target') }
  try {
    for (const path of [layers.lower, layers.target, join(layers.own, 'upper'), join(layers.own, 'work')]) await mkdir(path, { recursive: true })
    await writeFile(join(layers.lower, 'file'), 'lower')
    const before = await stat(join(layers.lower, 'file'))
    const args = ['--mount', '--propagation', 'private', 'sh', '-c', probeScript, 'probe', layers.target, ...mountWords(layers)]
    const seen = await orFail({ file: 'unshare', args, directory: '/', environment })
    // An index made for the lower layer must hold in the workspace.
    return Number(seen.trim()) === before.ino && (await readFile(join(layers.lower, 'file'), 'utf8')) === 'lower'
  } catch {
    return false
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** Mount points at or below a path, in the order in which they were made. */
async function mountPoints(path: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return table.split('\n').map((line) => line.split(' ')[4] ?? '').filter((point) => point === path || point.startsWith(`${path}/`))
}
