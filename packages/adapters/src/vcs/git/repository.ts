import { access, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepositorySource } from '@codeforge/contracts/run-work'
import { writeIfDifferent, writeNeutralSettings } from './environment.ts'
import { keyOf, type Layout } from './layout.ts'
import { readText } from './read-text.ts'
import { type LocalRepository, locateRepository } from './source.ts'

/** What this adapter keeps of one repository: the base clone and, apart from it, the checkpoints. */
export interface Repository {
  readonly key: string
  readonly directory: string
  /** Bare clone that workspaces borrow objects from. An agent may read it. */
  readonly base: string
  /** Checkpoints. No agent may see it. */
  readonly shadow: string
  /** Null: a remote one. */
  readonly local: LocalRepository | null
  readonly url: string | null
}

/** Names what we keep of a repository, without making it. Worktrees of one repository share it. */
export async function repositoryOf(layout: Layout, source: RepositorySource): Promise<Repository> {
  const local = source.kind === 'local' ? await locateRepository(source.path) : null
  const key = keyOf(source.kind === 'local' ? `local ${local?.commonDirectory ?? ''}` : `remote ${source.url}`)
  const directory = join(layout.repositories, key)
  return { key, directory, base: join(directory, 'base.git'), shadow: join(directory, 'shadow.git'), local, url: source.kind === 'remote' ? source.url : null }
}

/** Makes base clone and shadow where they are missing. Cheap: a few small files, no process. */
export async function ensureRepository(repository: Repository, globalExcludes: string | null): Promise<void> {
  await ensureGitDirectory(repository.base)
  await ensureGitDirectory(repository.shadow)
  await writeIfDifferent(join(repository.shadow, 'objects', 'info', 'alternates'), `${join(repository.base, 'objects')}\n`)
  await symlink(join('..', 'base.git', 'shallow'), join(repository.shadow, 'shallow')).catch(() => {}) // there already
  await writeIfDifferent(join(repository.shadow, 'info', 'exclude'), await excludesOf(repository, globalExcludes))
}

/** The user's own ignore rules are copied when a workspace opens, so that an agent cannot change them for us later. */
async function excludesOf(repository: Repository, globalExcludes: string | null): Promise<string> {
  const paths = [globalExcludes, repository.local && join(repository.local.commonDirectory, 'info', 'exclude')]
  const texts = await Promise.all(paths.map((path) => (path ? readText(path) : Promise.resolve(''))))
  return texts.map((text) => `${text}\n`).join('')
}

/** Makes an empty repository by hand: no template, no process. */
export async function ensureGitDirectory(path: string): Promise<void> {
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'info']) await mkdir(join(path, name), { recursive: true })
  await writeNeutralSettings(path)
  const head = join(path, 'HEAD')
  await access(head).catch(() => writeFile(head, 'ref: refs/heads/none\n'))
}

/** The `.git` of a workspace: the agent's own, with objects borrowed from the base clone. None of our git ever reads it. */
export async function writeAgentRepository(repository: Repository, options: { readonly workspace: string; readonly branch: string; readonly baseBranch: string | null; readonly commit: string; readonly index: string }): Promise<void> {
  const path = join(options.workspace, '.git')
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) await mkdir(join(path, name), { recursive: true })
  const refs = [options.branch, ...(options.baseBranch === null || options.baseBranch === options.branch ? [] : [options.baseBranch])]
  await Promise.all([
    writeFile(join(path, 'HEAD'), `ref: refs/heads/${options.branch}\n`),
    writeFile(join(path, 'config'), agentConfiguration),
    writeFile(join(path, 'packed-refs'), `# pack-refs with: peeled fully-peeled \n${refs.map((ref) => `${options.commit} refs/heads/${ref}\n`).join('')}`),
    writeFile(join(path, 'objects', 'info', 'alternates'), `${join(repository.base, 'objects')}\n`),
    copyFile(options.index, join(path, 'index')),
    copyFile(join(repository.shadow, 'info', 'exclude'), join(path, 'info', 'exclude')),
    copyFile(join(repository.base, 'shallow'), join(path, 'shallow')).catch(() => {}), // a full clone has none
  ])
}

const agentConfiguration = `[core]
	repositoryformatversion = 0
	fileMode = true
	bare = false
	logAllRefUpdates = true
[gc]
	auto = 0
[user]
	name = CodeForge agent
	email = agent@codeforge.invalid
`
