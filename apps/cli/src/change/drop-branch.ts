import { CodeForgeError } from '@codeforge/contracts/error-code'
import { type GitHere, GitRefused } from './git.ts'

/** Deletes a delivered branch, if it still points at the delivered commit and is checked out nowhere. */
export async function dropBranch(git: GitHere, repository: string, branch: string, commit: string): Promise<void> {
  const ref = `refs/heads/${branch}`
  const now = await git(repository, ['rev-parse', '--verify', '--quiet', ref]).then((stdout) => stdout.trim(), nullWhereRefused)
  if (now === null) throw new CodeForgeError('not-found', `There is no branch ${branch} in ${repository} any more.`)
  if (now !== commit) {
    throw new CodeForgeError('conflict', `Branch ${branch} has moved since the delivery (${commit.slice(0, 12)} → ${now.slice(0, 12)}), so it is not deleted. If you want it gone: git branch -D ${branch}`)
  }
  const stdout = await git(repository, ['worktree', 'list', '--porcelain'])
  if (stdout.split('\n').includes(`branch ${ref}`)) throw new CodeForgeError('conflict', `Branch ${branch} is checked out. Switch to another one first.`)
  // With the old value, so that a commit made in this moment is not lost.
  await git(repository, ['update-ref', '-d', ref, commit]).catch((error: unknown) => {
    throw error instanceof GitRefused ? new CodeForgeError('conflict', `Branch ${branch} could not be deleted: ${error.message}`, { cause: error }) : error
  })
}

function nullWhereRefused(error: unknown): null {
  if (error instanceof GitRefused) return null
  throw error
}
