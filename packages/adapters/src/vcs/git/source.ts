import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { readText } from './read-text.ts'

/** Bytes of a file that says where something lies. */
const longestLink = 4096

/** A repository of the user on this host, found without running git in it. */
export interface LocalRepository {
  /** Holds HEAD and index; differs from `commonDirectory` in a linked worktree. */
  readonly gitDirectory: string
  /** Holds objects and refs. */
  readonly commonDirectory: string
  /** Null: a bare repository. */
  readonly workTree: string | null
}

/** Finds the repository at a path: with `.git` directory or file, or bare. `repository-not-found` where there is none. */
export async function locateRepository(path: string): Promise<LocalRepository> {
  const root = await realpath(path).catch(() => notFound(path, 'does not exist'))
  const dotGit = await gitDirectoryOf(root)
  const gitDirectory = dotGit ?? root
  const commonDirectory = await commonDirectoryOf(gitDirectory)
  if (!(await isRepository(gitDirectory, commonDirectory))) return notFound(path, await whyNot(root))
  await refuseForeignFormat(commonDirectory)
  return { gitDirectory, commonDirectory, workTree: dotGit === null ? null : root }
}

function notFound(path: string, why: string): never {
  throw new CodeForgeError('repository-not-found', `${path} ${why}.`)
}

/** Where `.git` leads; null where there is none. */
async function gitDirectoryOf(root: string): Promise<string | null> {
  const path = join(root, '.git')
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  if (found.isDirectory()) return path
  const target = /^gitdir: (.+?)\r?\n?$/s.exec(await readText(path, longestLink))?.[1]
  return target === undefined ? path : resolve(root, target)
}

async function commonDirectoryOf(gitDirectory: string): Promise<string> {
  const named = (await readText(join(gitDirectory, 'commondir'), longestLink)).trim()
  if (named === '') return gitDirectory
  return isAbsolute(named) ? named : resolve(gitDirectory, named)
}

async function isRepository(gitDirectory: string, commonDirectory: string): Promise<boolean> {
  const head = await stat(join(gitDirectory, 'HEAD')).catch(() => null)
  const parts = await Promise.all(['objects', 'refs'].map((name) => stat(join(commonDirectory, name)).catch(() => null)))
  return head?.isFile() === true && parts.every((part) => part?.isDirectory() === true)
}

async function whyNot(root: string): Promise<string> {
  for (let above = dirname(root); above !== dirname(above); above = dirname(above)) {
    if (await stat(join(above, '.git')).then(() => true, () => false)) return `is inside the repository ${above}; name that path`
  }
  return 'is not a git repository'
}

/** The formats of refs and objects that our neutral settings would misread. */
async function refuseForeignFormat(commonDirectory: string): Promise<void> {
  const text = await readText(join(commonDirectory, 'config'))
  if (/^\s*refstorage\s*=\s*"?reftable/im.test(text)) throw new CodeForgeError('unsupported', 'Repositories that keep their refs as reftable are not supported; `git refs migrate --ref-format=files` converts one.')
  if (/^\s*objectformat\s*=\s*"?sha256/im.test(text)) throw new CodeForgeError('unsupported', 'Repositories with SHA-256 object names are not supported.')
}

/** Objects directories of a repository: its own, then those it borrows from. */
export async function objectDirectories(commonDirectory: string): Promise<readonly string[]> {
  const found: string[] = []
  const visit = async (directory: string, depth: number): Promise<void> => {
    if (found.includes(directory) || depth > 5) return
    found.push(directory)
    const lines = (await readText(join(directory, 'info', 'alternates'))).split('\n')
    for (const line of lines.filter((line) => line !== '' && !line.startsWith('#'))) await visit(resolve(directory, line), depth + 1)
  }
  await visit(join(commonDirectory, 'objects'), 0)
  return found
}
