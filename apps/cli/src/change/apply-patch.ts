import { CodeForgeError } from '@codeforge/contracts/error-code'
import { openInstallation } from '@codeforge/host/installation'
import { openVcs } from '@codeforge/host/open-ports'
import type { ConnectOptions } from '../api/connect.ts'
import { type GitHere, GitRefused } from './git.ts'

/** Applies a patch to the files of a repository, or takes it back: all of it or nothing, index and branches stay. */
export async function applyPatch(globals: ConnectOptions, repository: string, patch: Uint8Array, reverse: boolean, signal: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const installation = await openInstallation({
    environment: process.env,
    ...(globals.config !== undefined && { configFile: globals.config }),
    ...(globals.data !== undefined && { dataDirectory: globals.data }),
  })
  const vcs = await openVcs(installation, stack)
  await vcs.applyPatch(repository, patch, { reverse }, signal)
}

/** Refuses where files that the patch changes have changes of the user's own: they could no longer be told apart. */
export async function refuseOverlap(git: GitHere, repository: string, patch: Uint8Array): Promise<void> {
  const files = await filesOf(git, repository, patch)
  if (files.length === 0) return
  const stdout = await git(repository, ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--', ...files.map((file) => `:(literal,top)${file}`)])
  const dirty = stdout.split('\0').filter((line) => line !== '').map((line) => line.slice(3))
  if (dirty.length === 0) return
  const named = `${dirty.slice(0, 5).join(', ')}${dirty.length > 5 ? ` and ${dirty.length - 5} more` : ''}`
  throw new CodeForgeError('conflict', `You have changes of your own in ${named}. Commit them or put them away (git stash), then apply again.`)
}

async function filesOf(git: GitHere, repository: string, patch: Uint8Array): Promise<string[]> {
  const stdout = await git(repository, ['apply', '--numstat', '-z', '-'], patch).catch((error: unknown) => {
    throw error instanceof GitRefused ? new CodeForgeError('conflict', 'git does not read the patch.', { cause: error }) : error
  })
  return stdout.split('\0').map((line) => line.split('\t')[2] ?? '').filter((file) => file !== '')
}
