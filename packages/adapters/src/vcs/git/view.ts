import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { writeIfDifferent, writeNeutralSettings, writeOwnSettings } from './environment.ts'
import { keyOf, type Layout } from './layout.ts'
import { readLineEnds } from './line-ends.ts'
import { readText } from './read-text.ts'
import type { LocalRepository } from './source.ts'

/** A user's repository seen through our own settings. */
export interface View {
  /** Environment under which git sees the user's refs and objects, and our configuration. */
  readonly environment: Readonly<Record<string, string>>
  /** Branch that HEAD names; null where it is detached. */
  readonly branch: string | null
}

/**
 * Makes a git directory of ours whose refs and objects are the user's. So git reads and writes them, with its own
 * locking, without reading the repository's config, hooks or attributes, which an agent may have written. Files as the
 * user has them: line ends are converted as the repository says, by git itself.
 */
export async function openView(layout: Layout, repository: LocalRepository, files: 'as committed' | 'as the user has them' = 'as committed'): Promise<View> {
  const own = files === 'as the user has them'
  const directory = join(layout.views, `${keyOf(repository.gitDirectory)}${own ? '-own' : ''}`)
  await mkdir(join(directory, 'objects'), { recursive: true })
  await mkdir(join(directory, 'info'), { recursive: true })
  await (own ? writeOwnSettings(directory, await readLineEnds(repository)) : writeNeutralSettings(directory))
  for (const name of ['refs', 'packed-refs', 'shallow']) await link(join(repository.commonDirectory, name), join(directory, name))
  const head = await readHead(repository)
  await writeIfDifferent(join(directory, 'HEAD'), head)
  return {
    environment: { GIT_DIR: directory, GIT_OBJECT_DIRECTORY: join(repository.commonDirectory, 'objects') },
    branch: /^ref: refs\/heads\/(.+)\n$/.exec(head)?.[1] ?? null,
  }
}

async function readHead(repository: LocalRepository): Promise<string> {
  const text = (await readText(join(repository.gitDirectory, 'HEAD'))).trim()
  if (/^(ref: refs\/[^\0-\x20~^:?*[\\]+|[0-9a-f]{40})$/.test(text)) return `${text}\n`
  throw new CodeForgeError('repository-not-found', `The HEAD of ${repository.gitDirectory} cannot be read.`)
}

/** Points at the user's file, which may come and go. */
async function link(target: string, path: string): Promise<void> {
  await symlink(target, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}
