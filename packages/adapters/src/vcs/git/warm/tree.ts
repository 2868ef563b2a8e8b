import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Layout } from '../layout.ts'
import { bootOf } from '../owner.ts'
import type { Repository } from '../repository.ts'

/** A checkout that no run has touched, with the index that belongs to it. */
export interface WarmTree {
  readonly directory: string
  readonly files: string
  readonly index: string
  readonly commit: string
  /** Of the commit, and so of the files. */
  readonly tree: string
  /** What it takes on disk, about. */
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly usedAt: number
}

/** Written last: a tree without it was never finished. */
export const aboutFile = 'about.json'
export const About = z.strictObject({ commit: z.string(), tree: z.string(), boot: z.string(), bytes: z.number() })
/** Begins the name of a tree that is being made. */
export const draftMark = '.draft-'

export function warmDirectory(repositoryDirectory: string): string {
  return join(repositoryDirectory, 'warm')
}

/** The finished trees of a repository, the one used last first. Trees from before a restart of the machine are not trusted to be whole on disk. */
export async function listTrees(repositoryDirectory: string): Promise<readonly WarmTree[]> {
  const names = await readdir(warmDirectory(repositoryDirectory)).catch(() => [])
  const boot = await bootOf()
  const trees = await Promise.all(names.filter((name) => !name.startsWith('.')).map((name) => readTree(join(warmDirectory(repositoryDirectory), name), boot)))
  return trees.filter((tree) => tree !== null).sort((one, other) => other.usedAt - one.usedAt)
}

async function readTree(directory: string, boot: string): Promise<WarmTree | null> {
  try {
    const about = About.parse(JSON.parse(await readFile(join(directory, aboutFile), 'utf8')))
    const { mtimeMs } = await stat(directory)
    return about.boot === boot ? { directory, files: join(directory, 'files'), index: join(directory, 'index'), commit: about.commit, tree: about.tree, bytes: about.bytes, usedAt: mtimeMs } : null
  } catch {
    return null // taken meanwhile
  }
}

/** In the directory of an attempt: the tree over which its workspace is laid. */
export const lowerFile = 'lower'

/** Directories of the trees over which the workspaces of attempts are laid. */
export async function treesInUse(layout: Layout): Promise<ReadonlySet<string>> {
  const attempts: string[] = []
  for (const run of await readdir(layout.attempts).catch(() => [])) {
    for (const attempt of await readdir(join(layout.attempts, run)).catch(() => [])) attempts.push(join(layout.attempts, run, attempt, lowerFile))
  }
  return new Set(await Promise.all(attempts.map((path) => readFile(path, 'utf8').catch(() => ''))))
}

export type WarmRepository = Pick<Repository, 'directory' | 'base' | 'shadow'>
