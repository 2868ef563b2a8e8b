import type { Git } from './command.ts'
import { joinPaths, relativeTo, splitZero } from './paths.ts'
import { areaEnvironment, type SnapshotArea } from './area.ts'

/** Folders within folders that are looked into; an agent could nest them without end. */
const deepest = 20

/**
 * The files of repositories inside the work tree, which git by itself would not list. Their own ignore rules and those
 * of the work tree hold; what lies in a `.git` is never listed.
 */
export async function nestedFiles(git: Git, area: SnapshotArea, folders: readonly Buffer[], signal: AbortSignal): Promise<readonly Buffer[]> {
  const found: Buffer[] = []
  let waiting = folders
  for (let depth = 0; waiting.length > 0 && depth < deepest; depth++) {
    const listed = (await Promise.all(waiting.map((folder) => listFolder(git, area, folder, signal)))).flat()
    found.push(...listed.filter((path) => path.at(-1) !== 0x2f))
    waiting = listed.filter((path) => path.at(-1) === 0x2f)
  }
  const ignored = await listIgnored(git, area, found, signal)
  return found.filter((path) => !ignored.has(path.toString('latin1')))
}

async function listFolder(git: Git, area: SnapshotArea, folder: Buffer, signal: AbortSignal): Promise<readonly Buffer[]> {
  const absolute = relativeTo(area.workTree, folder.subarray(0, -1)).toString('utf8')
  if (!Buffer.from(absolute).equals(relativeTo(area.workTree, folder.subarray(0, -1)))) return [] // a name that is not text cannot be a process's directory
  const environment = { GIT_DIR: area.gitDirectory, GIT_WORK_TREE: absolute, GIT_INDEX_FILE: `${area.index}.none` }
  const answer = await git.run({ args: ['ls-files', '-z', '--others', '--exclude-standard'], environment, directory: absolute }, signal)
  return splitZero(answer.stdout).map((path) => Buffer.concat([folder, path]))
}

async function listIgnored(git: Git, area: SnapshotArea, paths: readonly Buffer[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set()
  // check-ignore refuses literal pathspecs; with ./ in front no name can be taken for another kind.
  const here = Buffer.from('./')
  const environment = { ...areaEnvironment(area), GIT_LITERAL_PATHSPECS: '0' }
  const call = { args: ['check-ignore', '-z', '--stdin', '--no-index'], environment, directory: area.workTree, stdin: joinPaths(paths.map((path) => Buffer.concat([here, path]))), answers: [0, 1] }
  return new Set(splitZero((await git.run(call, signal)).stdout).map((path) => path.subarray(here.length).toString('latin1')))
}
