import { constants, copyFile, lstat, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { runToEnd } from '../../processes/run-to-end.ts'
import type { Git } from './command.ts'
import type { Repository } from './repository.ts'

export interface Reuse {
  /** The user's work tree. */
  readonly from: string
  readonly to: string
  readonly commit: string
  readonly folders: readonly string[]
  /** Where the file system cannot share blocks, folders larger than this are not copied. */
  readonly maxCopyBytes: number
  readonly searchPath: string
}

/**
 * Brings ignored dependency folders along, sharing blocks where the file system can and copying otherwise. Never by hard
 * links: a write in the workspace would reach the user's files. Symbolic links are copied as links. Returns what was brought.
 */
export async function reuseFolders(git: Git, repository: Repository, reuse: Reuse, signal: AbortSignal): Promise<readonly string[]> {
  const brought: string[] = []
  for (const folder of reuse.folders.map((name) => normalize(name).replace(/\/$/, ''))) {
    if (!(await mayReuse(git, repository, reuse, folder, signal))) continue
    if (await copyFolder(reuse, folder, signal)) brought.push(folder)
  }
  return brought
}

async function mayReuse(git: Git, repository: Repository, reuse: Reuse, folder: string, signal: AbortSignal): Promise<boolean> {
  const parts = folder.split('/')
  if (folder.startsWith('/') || parts.some((part) => ['', '.', '..', '.git'].includes(part))) return false
  for (let depth = 1; depth <= parts.length; depth++) {
    const found = await lstat(join(reuse.from, ...parts.slice(0, depth))).catch(() => null)
    if (!found?.isDirectory()) return false // absent, or a link that could lead anywhere
  }
  const environment = { GIT_DIR: repository.shadow, GIT_WORK_TREE: reuse.from, GIT_INDEX_FILE: '/nonexistent/index', GIT_LITERAL_PATHSPECS: '0' }
  const ignored = await git.run({ args: ['check-ignore', '-q', '--no-index', '--', `./${folder}/`], environment, directory: reuse.from, answers: [0, 1] }, signal)
  if (ignored.code !== 0) return false
  const tracked = await git.text({ args: ['ls-tree', '--name-only', reuse.commit, '--', folder], environment: { GIT_DIR: repository.shadow } }, signal)
  return tracked === ''
}

async function copyFolder({ searchPath, maxCopyBytes, ...roots }: Reuse, folder: string, signal: AbortSignal): Promise<boolean> {
  const [from, to] = [join(roots.from, folder), join(roots.to, folder)]
  await mkdir(dirname(to), { recursive: true })
  const shares = await canShareBlocks(from, to)
  if (!shares && (await sizeOf(from, searchPath, signal)) > maxCopyBytes) return false
  const reflink = process.platform === 'linux' ? ['--reflink=auto'] : []
  const { code, stderr } = await runToEnd(program('cp', ['-a', ...reflink, '--', from, to], searchPath), signal)
  if (signal.aborted) throw new CodeForgeError('cancelled', 'Copying was cancelled.', { cause: signal.reason })
  if (code === 0) return true
  await rm(to, { recursive: true, force: true })
  if (/no space left/i.test(stderr)) throw new CodeForgeError('disk-full', `Copying ${from} filled the disk.`)
  return false // an unreadable file inside: the project's setup will make the folder anew
}

/** Tries it with one small file between the two places. */
async function canShareBlocks(from: string, to: string): Promise<boolean> {
  const [one, other] = [`${to}.probe-a`, `${to}.probe-b`]
  try {
    if ((await lstat(from)).dev !== (await lstat(dirname(to))).dev) return false
    await writeFile(one, 'x'.repeat(4096))
    await copyFile(one, other, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  } finally {
    await Promise.all([one, other].map((path) => rm(path, { force: true })))
  }
}

async function sizeOf(directory: string, searchPath: string, signal: AbortSignal): Promise<number> {
  const { stdout } = await runToEnd(program('du', ['-sk', '--', directory], searchPath), signal)
  return Number(/^\d+/.exec(stdout)?.[0] ?? Number.POSITIVE_INFINITY) * 1024
}

function program(file: string, args: readonly string[], searchPath: string) {
  return { file, args, directory: '/', environment: { PATH: searchPath, LC_ALL: 'C' } }
}
