import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes that the path of a UNIX socket may have, its end mark not counted; macOS allows three less. */
const longestSocketPath = 103
/** The server adds this to its directory. */
const socketName = '.s.PGSQL.5432'

/** A directory for the server's socket that only we may enter: that is the whole authentication. */
export async function socketDirectory(home: string): Promise<string> {
  const beside = join(home, 'socket')
  if (fits(beside)) {
    await mkdir(beside, { recursive: true, mode: 0o700 })
    await chmod(beside, 0o700)
    return beside
  }
  return shortDirectory(home)
}

/** Named after the data directory, so that the next start finds the same one and none is left behind by a crash. */
async function shortDirectory(home: string): Promise<string> {
  const name = `codeforge-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`
  const directory = join(fits(join(tmpdir(), name)) ? tmpdir() : '/tmp', name)
  await mkdir(directory, { mode: 0o700 }).catch(ignoreExisting)
  const found = await lstat(directory)
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return directory
  // Somebody else was there first.
  return mkdtemp(`${directory}-`)
}

/** Removes a directory that `socketDirectory` gave. */
export async function removeSocketDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= longestSocketPath
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
