import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runToEnd } from '../../processes/run-to-end.ts'
import { runOf } from './environment.ts'
import type { Marker } from './environment.ts'
import { systemPath } from './system-path.ts'

/** Milliseconds that giving permissions back may take. */
const patienceMs = 60_000

/** The private directory of one sandbox: what commands see as HOME, /tmp, /run and /dev/shm. */
export interface Scratch extends AsyncDisposable {
  readonly path: string
  readonly home: string
  readonly temporary: string
  readonly run: string
  readonly sharedMemory: string
  /** Never visible inside. */
  readonly own: string
}

const prefixOf = (installation: string): string => `codeforge-${installation}-`

/** Makes the private directory of one sandbox; disposing it removes it. */
export async function openScratch(parent: string, marker: Marker): Promise<Scratch> {
  const path = await mkdtemp(join(parent, `${prefixOf(marker.installation)}${runOf(marker)}-`))
  const [home, temporary, run, sharedMemory, own] = ['home', 'tmp', 'run', 'shm', 'own'].map((name) => join(path, name)) as [string, string, string, string, string]
  await Promise.all([home, temporary, run, sharedMemory, own].map((directory) => mkdir(directory, { mode: 0o700 })))
  return { path, home, temporary, run, sharedMemory, own, [Symbol.asyncDispose]: () => removeTree(path) }
}

/** Removes a directory even where a command took its own permissions away. */
async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch {
    await runToEnd({ file: 'chmod', args: ['-R', 'u+rwX', '--', path], directory: '/', environment: { PATH: systemPath } }, AbortSignal.timeout(patienceMs)).catch(() => undefined)
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Removes directories of this installation and user whose run is not alive. */
export async function sweepScratch(parent: string, installation: string, alive: ReadonlySet<string>): Promise<void> {
  const prefix = prefixOf(installation)
  const names = await readdir(parent).catch(() => [] as string[])
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const run = name.slice(prefix.length, name.lastIndexOf('-'))
    // An installation's name may begin like another's: only what looks like a run is ours.
    if (!/^[\w-]+\.\d+$/.test(run) || alive.has(run)) continue
    const status = await lstat(join(parent, name)).catch(() => null)
    if (status?.isDirectory() && status.uid === process.getuid?.()) await removeTree(join(parent, name))
  }
}
