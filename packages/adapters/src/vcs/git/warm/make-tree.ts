import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Git } from '../command.ts'
import { bootOf } from '../owner.ts'
import { splitZero } from '../paths.ts'
import { About, aboutFile, draftMark, warmDirectory, type WarmRepository } from './tree.ts'

/** What a file costs on disk besides its content: half a block is lost at its end, and it has a name. */
const bytesPerFile = 2048 + 512

/** About how much a checkout takes on disk. */
export async function checkoutBytes(git: Git, repository: WarmRepository, commit: string, signal: AbortSignal): Promise<number> {
  const { stdout } = await git.run({ args: ['ls-tree', '-r', '-l', '-z', commit], environment: { GIT_DIR: repository.shadow } }, signal)
  const sizes = splitZero(stdout).map((line) => Number(/^\S+ \S+ \S+ +(\d+)\t/.exec(line.toString('latin1'))?.[1] ?? 0))
  return sizes.reduce((total, size) => total + size + bytesPerFile, 0)
}

/** Checks a commit out for a run to come. It appears under its name in one step, so that a half made one is never taken. */
export async function makeTree(git: Git, repository: WarmRepository, wanted: { readonly commit: string; readonly bytes: number }, signal: AbortSignal): Promise<void> {
  const name = `${wanted.commit.slice(0, 16)}-${Math.random().toString(36).slice(2)}`
  const draft = join(warmDirectory(repository.directory), `${draftMark}${name}`)
  const [files, index] = [join(draft, 'files'), join(draft, 'index')]
  try {
    await mkdir(files, { recursive: true })
    const environment = { GIT_DIR: repository.shadow, GIT_WORK_TREE: files, GIT_INDEX_FILE: index }
    await git.run({ args: ['read-tree', '-m', '-u', wanted.commit], environment, directory: files }, signal)
    const tree = await git.text({ args: ['write-tree'], environment }, signal)
    await settleIndex(index, signal)
    await writeFile(join(draft, aboutFile), JSON.stringify(About.parse({ ...wanted, tree, boot: await bootOf() })))
    await rename(draft, join(warmDirectory(repository.directory), name))
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/**
 * Waits until the second in which the files were written is over, and dates the index after it. git reads every file again
 * that is as young as its index. Nobody can have changed one meanwhile, and whoever does later leaves another time on it.
 */
async function settleIndex(index: string, signal: AbortSignal): Promise<void> {
  const second = Math.floor((await stat(index)).mtimeMs / 1000)
  while (Date.now() < (second + 1) * 1000 + 50) await setTimeout((second + 1) * 1000 + 60 - Date.now(), undefined, { signal })
  const now = new Date()
  await utimes(index, now, now)
}
