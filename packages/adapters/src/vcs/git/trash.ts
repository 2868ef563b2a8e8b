import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { runToEnd } from '../../processes/run-to-end.ts'
import type { Layout } from './layout.ts'

/** Deleting slows whoever checks out meanwhile, so it waits until nothing was given up for this long. */
const quietMs = 5_000
/** Milliseconds that giving permissions back may take. */
const patienceMs = 60_000

/** Takes directories away at once and deletes them later, one at a time. Disposing it deletes what waits. */
export interface Trash extends AsyncDisposable {
  /** Returns when the directory is gone from its place. Nothing happens where there is none. */
  take(path: string): Promise<void>
  /** Deletes everything that was taken, also by processes that died before they could. */
  empty(): Promise<void>
}

/** Makes the trash of a data directory. */
export function createTrash(layout: Layout): Trash {
  const deleting = pLimit(1)
  let timer: NodeJS.Timeout | undefined
  const empty = async () => {
    clearTimeout(timer)
    const names = await readdir(layout.trash).catch(() => []) // nothing was ever taken
    await Promise.all(names.map((name) => deleting(() => remove(join(layout.trash, name)))))
  }
  return {
    async take(path) {
      clearTimeout(timer)
      timer = setTimeout(() => void empty(), quietMs).unref()
      await mkdir(layout.trash, { recursive: true })
      const place = join(layout.trash, `${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`)
      await rename(path, place).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    },
    empty,
    [Symbol.asyncDispose]: empty,
  }
}

/** Some tools leave directories that even their owner may not write; what cannot be deleted is tried again later. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async () => {
    await runToEnd({ file: 'chmod', args: ['-R', 'u+rwX', '--', path], directory: '/', environment: { PATH: '/usr/bin:/bin' } }, AbortSignal.timeout(patienceMs)).catch(() => {}) // links are not followed
    await rm(path, { recursive: true, force: true }).catch(() => {})
  })
}
