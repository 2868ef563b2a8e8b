import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { mountPointsBelow } from './mount-points.ts'

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

/** A new empty directory, its links resolved; when disposed, it is removed with all that is in it. */
export async function temporaryDirectory(name = 'test'): Promise<TemporaryDirectory> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `codeforge-${name}-`)))
  return {
    path,
    [Symbol.asyncDispose]: async () => remove(path),
  }
}

/** Milliseconds between two tries, and how many there are: a process that is just ending may still write. */
const [pauseMs, tries] = [100, 10]

/**
 * What a killed process left mounted is unmounted first. Tried again as a whole: node's own `maxRetries` counts anew at each level, so that
 * one thing that cannot be removed, deep inside, keeps it busy for hours.
 */
async function remove(path: string): Promise<void> {
  for (const point of (await mountPointsBelow(path)).toReversed()) await promisify(execFile)('umount', ['-l', point]).catch(() => undefined)
  for (let left = tries; left > 1; left -= 1) {
    if (await rm(path, { recursive: true, force: true }).then(() => true, () => false)) return
    await sleep(pauseMs)
  }
  await rm(path, { recursive: true, force: true })
}
