import type { BigIntStats } from 'node:fs'
import { copyFile, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { areaEnvironment, type Filtered, type SnapshotArea } from './area.ts'
import type { Git } from './command.ts'
import { writeIfDifferent, writeOwnSettings } from './environment.ts'
import { readLineEnds } from './line-ends.ts'
import { joinPaths, relativeTo, splitZero } from './paths.ts'
import { ensureGitDirectory, type Repository } from './repository.ts'
import type { LocalRepository } from './source.ts'

/**
 * The area of a directory of the user's own, whose files are as the user's git left them: with line ends and through filters
 * that the repository names. Its index is filled with the base, so that only what differs from that as git sees it is a change.
 */
export async function openOwnFiles(git: Git, repository: Repository, local: LocalRepository, area: SnapshotArea, base: string, signal: AbortSignal): Promise<SnapshotArea> {
  const gitDirectory = join(repository.directory, 'own.git')
  await ensureGitDirectory(gitDirectory)
  await writeOwnSettings(gitDirectory, await readLineEnds(local))
  await copyFile(join(repository.shadow, 'info', 'exclude'), join(gitDirectory, 'info', 'exclude'))
  const own = { ...area, gitDirectory, objects: join(repository.shadow, 'objects') }
  await git.run({ args: ['read-tree', base], environment: areaEnvironment(own), directory: own.workTree }, signal)
  const filtered = await setApart(git, repository, own, signal)
  await git.run({ args: ['update-index', '-q', '--refresh', '--ignore-submodules'], environment: areaEnvironment(own), directory: own.workTree, answers: [0, 1] }, signal)
  return { ...own, filtered }
}

/** Finds the files that have a filter by the committed attributes, and tells the index that they are as committed whatever is on disk. */
async function setApart(git: Git, repository: Repository, area: SnapshotArea, signal: AbortSignal): Promise<Filtered> {
  const paths = (await git.run({ args: ['ls-files', '-z', '--cached'], environment: areaEnvironment(area), directory: area.workTree }, signal)).stdout
  const asking = { ...areaEnvironment(area), GIT_DIR: await withoutAttributes(repository) }
  // Of the index only: what lies on disk an agent may have written. Asking for an attribute starts nothing.
  const answer = await git.run({ args: ['check-attr', '--cached', '--stdin', '-z', 'filter'], environment: asking, directory: area.workTree, stdin: paths }, signal)
  const parts = splitZero(answer.stdout)
  const found = parts.filter((_, at) => at % 3 === 0 && !['unspecified', 'unset', 'set'].includes((parts[at + 2] ?? '').toString()))
  if (found.length > 0) await git.run({ args: ['update-index', '-z', '--assume-unchanged', '--stdin'], environment: areaEnvironment(area), directory: area.workTree, stdin: joinPaths(found) }, signal)
  return { marks: new Map(await Promise.all(found.map(async (path) => [path.toString('latin1'), await markOf(area, path)] as const))) }
}

async function withoutAttributes(repository: Repository): Promise<string> {
  const path = join(repository.directory, 'asking.git')
  await ensureGitDirectory(path)
  await mkdir(join(path, 'info'), { recursive: true })
  await writeIfDifferent(join(path, 'info', 'attributes'), '')
  return path
}

async function markOf(area: SnapshotArea, path: Buffer): Promise<string> {
  const found: BigIntStats | null = await lstat(relativeTo(area.workTree, path), { bigint: true }).catch(() => null)
  return found === null ? 'gone' : `${found.mode} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
}

/** Which files with a filter are no longer what they were: those that are gone, and those whose new content only their filter could commit. */
export async function filteredChanges(area: SnapshotArea): Promise<{ readonly gone: readonly Buffer[]; readonly touched: readonly Buffer[] }> {
  const marks = [...(area.filtered?.marks ?? [])]
  const now = await Promise.all(marks.map(async ([name, before]) => ({ path: Buffer.from(name, 'latin1'), before, mark: await markOf(area, Buffer.from(name, 'latin1')) })))
  return {
    gone: now.filter(({ mark }) => mark === 'gone').map(({ path }) => path),
    touched: now.filter(({ mark, before }) => mark !== 'gone' && mark !== before).map(({ path }) => path),
  }
}
