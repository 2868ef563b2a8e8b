import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { WorkspaceMode } from '@codeforge/contracts/run-request'
import { withCredentials } from './askpass.ts'
import type { Base, Deps } from './deps.ts'
import type { GitResult } from './command.ts'
import type { Repository } from './repository.ts'

/** Refuses an address that git could take for an option or a program, or that carries a password. */
export function checkAddress(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  const helper = /^[a-z0-9+.-]+::/i.test(url)
  if (url.startsWith('-') || helper || /[\0-\x20]/.test(url) || (scheme !== undefined && !['https', 'http', 'ssh', 'git', 'file'].includes(scheme))) {
    throw new CodeForgeError('invalid-input', 'That is not an address git may be given; use https, ssh or a path.')
  }
  if (/^[a-z]+:\/\/[^/@]*:[^/@]*@/i.test(url)) {
    throw new CodeForgeError('invalid-input', 'The address carries a password. Set GITHUB_TOKEN or GIT_TOKEN instead.')
  }
  return url
}

/** Runs one command against a remote: network allowed, credentials by askpass. */
export async function runRemote(deps: Deps, url: string, call: { readonly gitDirectory: string; readonly args: readonly string[]; readonly answers?: readonly number[] }, signal: AbortSignal): Promise<GitResult> {
  const access = await withCredentials(deps, url)
  const environment = { GIT_DIR: call.gitDirectory, ...access.environment }
  return deps.git.run({ args: call.args, environment, whispers: access.whispers, ...(call.answers && { answers: call.answers }) }, signal)
}

/**
 * Brings the base clone up to date and finds the base commit in it. Mode `clone` begins shallow and stays so while it is
 * asked for branches; everything else wants the whole history and completes a shallow base clone once.
 */
export async function fetchBase(deps: Deps, repository: Repository, baseRef: string | null, mode: WorkspaceMode, signal: AbortSignal): Promise<Base> {
  const heads = await listRemote(deps, repository, signal)
  const name = baseRef ?? heads.defaultBranch ?? heads.head
  if (name === null || heads.branches.size === 0) throw new CodeForgeError('repository-empty', 'The remote repository has no branch.')
  const shallow = (await readFile(join(repository.base, 'shallow'), 'utf8').catch(() => '')) !== ''
  const empty = (await deps.git.text({ args: ['for-each-ref', '--count=1'], environment: { GIT_DIR: repository.base } }, signal)) === ''
  const stayShallow = mode === 'clone' && (shallow || empty) && heads.branches.has(name)
  const what = stayShallow
    ? ['--depth=1', '--', repository.url ?? '', `+refs/heads/${name}:refs/remotes/origin/${name}`]
    : [...(shallow ? ['--unshallow'] : []), '--', repository.url ?? '', '+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
  await runRemote(deps, repository.url ?? '', { gitDirectory: repository.base, args: ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', ...what] }, signal)
  return resolveFetched(deps, repository, name, signal)
}

async function resolveFetched(deps: Deps, repository: Repository, name: string, signal: AbortSignal): Promise<Base> {
  for (const candidate of [`refs/remotes/origin/${name}`, `refs/tags/${name}`, name]) {
    const call = { args: ['rev-parse', '--verify', '--quiet', `${candidate}^{commit}`], environment: { GIT_DIR: repository.base }, answers: [0, 1, 128] }
    const found = await deps.git.run(call, signal)
    if (found.code === 0) return { commit: found.stdout.toString('utf8').trim(), branch: candidate.startsWith('refs/remotes/') ? name : null }
  }
  throw new CodeForgeError('invalid-input', `There is no commit '${name}' in the remote repository.`)
}

export interface RemoteHeads {
  readonly defaultBranch: string | null
  readonly head: string | null
  readonly branches: ReadonlyMap<string, string>
}

/** Asks a remote for its branches and its default branch. */
export async function listRemote(deps: Deps, repository: Repository, signal: AbortSignal): Promise<RemoteHeads> {
  const url = checkAddress(repository.url ?? '')
  const answer = await runRemote(deps, url, { gitDirectory: repository.base, args: ['ls-remote', '--symref', '--', url, 'HEAD', 'refs/heads/*'] }, signal)
  const lines = answer.stdout.toString('utf8').split('\n').filter((line) => line !== '').map((line) => line.split('\t') as [string, string])
  const branches = new Map(lines.flatMap(([id, ref]) => (ref.startsWith('refs/heads/') && !id.startsWith('ref:') ? [[ref.slice('refs/heads/'.length), id] as const] : [])))
  const symbolic = lines.find(([id, ref]) => ref === 'HEAD' && id.startsWith('ref: refs/heads/'))?.[0].slice('ref: refs/heads/'.length) ?? null
  return { defaultBranch: symbolic, head: lines.find(([id, ref]) => ref === 'HEAD' && !id.startsWith('ref:'))?.[0] ?? null, branches }
}
