import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Vcs, WorkspaceRequest } from '../vcs.ts'

/** A scratch directory with a repository of a user in it, and the Vcs under test beside it. */
export interface Scene extends AsyncDisposable {
  readonly vcs: Vcs & AsyncDisposable
  /** Empty to begin with, and removed in the end. */
  readonly directory: string
  /** Path of the user's repository: one commit on `main` with `a.txt`, `lib/b.txt` and `.gitignore` (`*.log`, `node_modules/`). */
  readonly user: string
  /** Another Vcs that shares nothing with the first: another host. */
  openOther(): Promise<Vcs & AsyncDisposable>
}

/** Makes a scene. `open` gets a directory of its own for the data of the Vcs. */
export async function aScene(open: (dataDirectory: string) => Promise<Vcs & AsyncDisposable>): Promise<Scene> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'codeforge-vcs-')))
  const user = join(directory, 'user')
  model ??= makeModel()
  await cp(await model, user, { recursive: true })
  const opened = [await open(join(directory, 'data'))]
  const [vcs] = opened as [Vcs & AsyncDisposable]
  return {
    vcs,
    directory,
    user,
    openOther: async () => {
      const other = await open(join(directory, `data-${opened.length}`))
      opened.push(other)
      return other
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of opened) await one[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The repository of every scene, made once per process and copied: starting git costs more. */
let model: Promise<string> | undefined

async function makeModel(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'codeforge-vcs-model-'))
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  await makeRepository(path, { 'a.txt': 'one\n', 'lib/b.txt': 'two\n', '.gitignore': '*.log\nnode_modules/\n' })
  return path
}

/** Makes a repository with one commit of these files on `main`. */
export async function makeRepository(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path, { recursive: true })
  await git(path, 'init', '-q', '-b', 'main', '--template=')
  await writeFiles(path, files)
  await git(path, 'add', '-A')
  await git(path, 'commit', '-q', '--allow-empty', '-m', 'first')
}

/** Runs git as the user does, without the configuration of whoever runs the tests. */
export async function git(directory: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'User', GIT_AUTHOR_EMAIL: 'user@example.org', GIT_COMMITTER_NAME: 'User', GIT_COMMITTER_EMAIL: 'user@example.org' }
  const { stdout } = await promisify(execFile)('git', args, { cwd: directory, env })
  return stdout.trimEnd()
}

export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

/** Every file below a directory but what lies in a `.git`, with its text; a link as `-> target`. */
export async function filesOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
  const own = found.map((path) => path.slice(root.length + 1)).filter((path) => !path.split('/').includes('.git')).sort()
  const texts = own.map(async (path) => [path, await readlink(join(root, path)).then((target) => `-> ${target}`, () => readFile(join(root, path), 'utf8'))] as const)
  return Object.fromEntries(await Promise.all(texts))
}

/** A request for a worktree of the scene's repository. */
export function aRequest(scene: Scene, changes: Partial<WorkspaceRequest> = {}): WorkspaceRequest {
  return { runId: 'run-1', attempt: 1, mode: 'worktree', source: { kind: 'local', path: scene.user }, baseRef: null, includeDirty: false, reuse: [], checkpoint: null, bundle: null, ...changes }
}
