import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git } from '../command.ts'
import type { Repository } from '../repository.ts'
import { draftMark, warmDirectory } from './tree.ts'

/** Where fewer objects of a commit lie about one by one, a pack of them would not pay. */
const fewest = 500
/** In a pack's index of version 2: the last of the 256 counts after its head of 8 bytes, which is how many objects there are. */
const countAt = 8 + 255 * 4
/** In the directory of a repository: the last commit that was packed. */
const markFile = 'packed'

/**
 * Puts the objects of a commit's files that lie about one by one into a pack of the base clone: a checkout out of a pack takes half the time, since each
 * loose object is a file to be opened, mapped and unmapped. What lies about stays, links to the user's own: removing it would bring it again.
 */
export async function packCommit(git: Git, repository: Pick<Repository, 'directory' | 'base'>, commit: string, signal: AbortSignal): Promise<void> {
  if (await isPacked(repository, commit)) return
  const drafts = warmDirectory(repository.directory) // what a killed process left there is collected
  await mkdir(drafts, { recursive: true })
  const draft = await mkdtemp(join(drafts, draftMark))
  try {
    const environment = { GIT_DIR: repository.base }
    const list = { args: ['rev-list', '--objects', '--no-walk', commit], environment }
    // No deltas: reading one costs more than the space it saves, and finding one costs much more.
    await git.pipe(list, { args: ['pack-objects', '--quiet', '--incremental', '--non-empty', '--window=0', join(draft, 'pack')], environment }, signal)
    await bringPack(draft, join(repository.base, 'objects', 'pack'))
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  await writeFile(join(repository.directory, markFile), commit)
}

/** Whether a commit was the last one to be packed. */
export async function isPacked({ directory }: Pick<Repository, 'directory'>, commit: string): Promise<boolean> {
  return (await readFile(join(directory, markFile), 'utf8').catch(() => '')) === commit
}

/** git finds a pack by its index, so the index comes last. */
async function bringPack(draft: string, packs: string): Promise<void> {
  const names = await readdir(draft)
  const index = names.find((name) => name.endsWith('.idx'))
  if (index === undefined || (await countIn(join(draft, index))) < fewest) return
  for (const name of [...names.filter((each) => each !== index), index]) await rename(join(draft, name), join(packs, name))
}

async function countIn(index: string): Promise<number> {
  await using file = await open(index)
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, countAt)
  return buffer.readUInt32BE()
}
