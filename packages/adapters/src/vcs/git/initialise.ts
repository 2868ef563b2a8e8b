import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { createBackdated } from './backdated.ts'
import type { Git } from './command.ts'
import { writeNeutralSettings } from './environment.ts'
import { fileFailure } from './failure.ts'
import { takeSnapshot } from './snapshot.ts'

const configuration = '[core]\n\trepositoryformatversion = 0\n\tfileMode = true\n\tbare = false\n\tlogAllRefUpdates = true\n'
const person = { GIT_AUTHOR_NAME: 'CodeForge', GIT_AUTHOR_EMAIL: 'codeforge@codeforge.invalid', GIT_COMMITTER_NAME: 'CodeForge', GIT_COMMITTER_EMAIL: 'codeforge@codeforge.invalid' }

/** Makes a directory a repository with one commit of its unignored files on `main`. Half made ones are never seen as `.git`. */
export async function initRepository(git: Git, directory: string, message: string, signal: AbortSignal): Promise<string> {
  if (await stat(join(directory, '.git')).then(() => true, () => false)) throw new CodeForgeError('conflict', `${directory} is a repository already.`)
  const draft = join(directory, '.git.draft') // a name that snapshots would see, so it is excluded below
  try {
    await rm(draft, { recursive: true, force: true })
    for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) await mkdir(join(draft, name), { recursive: true })
    await writeNeutralSettings(draft)
    await writeFile(join(draft, 'HEAD'), 'ref: refs/heads/main\n')
    await writeFile(join(draft, 'info', 'exclude'), '/.git.draft/\n')
    const commit = await commitAll(git, directory, draft, message, signal)
    await rm(join(draft, 'info', 'attributes'))
    await writeFile(join(draft, 'info', 'exclude'), '')
    await writeFile(join(draft, 'config'), configuration)
    await rename(draft, join(directory, '.git'))
    return commit
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {})
    throw fileFailure(error, `${directory} could not become a repository`)
  }
}

async function commitAll(git: Git, directory: string, gitDirectory: string, message: string, signal: AbortSignal): Promise<string> {
  const index = join(gitDirectory, 'index')
  const environment = { GIT_DIR: gitDirectory, ...person }
  await git.run({ args: ['read-tree', '--empty'], environment: { GIT_DIR: gitDirectory, GIT_INDEX_FILE: index } }, signal)
  const { tree } = await takeSnapshot(git, { gitDirectory, workTree: directory, index, maxFileBytes: Number.MAX_SAFE_INTEGER, upper: null, ignored: [] }, { backdated: createBackdated(), narrowed: null }, signal)
  const commit = await git.text({ args: ['commit-tree', tree], environment, stdin: `${message}\n` }, signal)
  await git.run({ args: ['update-ref', 'refs/heads/main', commit], environment }, signal)
  return commit
}
