import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'

/** The folders and files of a data directory. */
export interface DataDirectory {
  readonly root: string
  readonly database: string
  readonly artifacts: string
  readonly repositories: string
  readonly spool: string
  readonly backups: string
  readonly cache: string
  readonly logs: string
  /** Copies of the sample repositories. */
  readonly samples: string
  /** Custom policy profiles, unless the configuration names another folder. */
  readonly policies: string
  readonly tokenFile: string
  readonly hostFile: string
  readonly lockFile: string
}

/** Makes the directory where it is missing; only its owner may enter it. */
export async function openDataDirectory(root: string): Promise<DataDirectory> {
  const directory = layout(root)
  try {
    await makeFolder(root)
    for (const folder of [directory.artifacts, directory.repositories, directory.spool, directory.backups, directory.cache, directory.logs, directory.samples, directory.policies]) {
      await makeFolder(folder)
    }
    if (((await stat(root)).mode & 0o077) !== 0) await chmod(root, 0o700)
  } catch (error) {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new CodeForgeError(full ? 'disk-full' : 'invalid-config', `The data directory ${root} cannot be used: ${(error as Error).message}. Name another with --data or CODEFORGE_DATA.`, { cause: error })
  }
  return directory
}

/** Makes a folder and those above it. Node's own way never returns where a folder cannot be made in one that is there, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  if (await stat(path).then((found) => found.isDirectory(), () => false)) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path, { mode: 0o700 }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error // another process was faster
  })
}

export function layout(root: string): DataDirectory {
  return {
    root,
    database: join(root, 'database'),
    artifacts: join(root, 'artifacts'),
    repositories: join(root, 'repositories'),
    spool: join(root, 'spool'),
    backups: join(root, 'backups'),
    cache: join(root, 'cache'),
    logs: join(root, 'logs'),
    samples: join(root, 'samples'),
    policies: join(root, 'policies'),
    tokenFile: join(root, 'token'),
    hostFile: join(root, 'host.json'),
    lockFile: join(root, 'lock.sqlite'),
  }
}

/** The API token of this data: made once, readable by its owner only. */
export async function readToken({ tokenFile }: DataDirectory): Promise<string> {
  const known = await readFile(tokenFile, 'utf8').catch(() => '')
  if (known.trim().length >= 32) return known.trim()
  const token = randomBytes(32).toString('base64url')
  await writeFile(tokenFile, `${token}\n`, { mode: 0o600 })
  return token
}
