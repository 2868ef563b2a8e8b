import { access, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { WorkspaceMode } from '@codeforge/contracts/run-request'
import type { Base, Deps } from './deps.ts'
import { fetchBase } from './remote.ts'
import { isRegular, readText } from './read-text.ts'
import type { Repository } from './repository.ts'
import { seedObjects } from './seed.ts'
import { type LocalRepository, objectDirectories } from './source.ts'
import { openView } from './view.ts'

/** Finds the base commit and sees to it that the base clone has it. Fetches what is missing, never clones again. */
export async function prepareBase(deps: Deps, repository: Repository, baseRef: string | null, mode: WorkspaceMode, signal: AbortSignal): Promise<Base> {
  checkRef(baseRef)
  if (repository.local) return prepareLocal(deps, repository, repository.local, baseRef, signal)
  return fetchBase(deps, repository, baseRef, mode, signal)
}

function checkRef(baseRef: string | null): void {
  if (baseRef !== null && (baseRef.startsWith('-') || /[\0\n]/.test(baseRef))) throw new CodeForgeError('invalid-input', 'That cannot name a commit.')
}

async function prepareLocal(deps: Deps, repository: Repository, local: LocalRepository, baseRef: string | null, signal: AbortSignal): Promise<Base> {
  const view = await openView(deps.layout, local)
  const known = baseRef === null ? await knownHead(repository, local) : null
  if (known !== null) return { commit: known, branch: view.branch }
  const found = await deps.git.run({ args: ['rev-parse', '--verify', '--quiet', `${baseRef ?? 'HEAD'}^{commit}`], environment: view.environment, answers: [0, 1, 128] }, signal)
  const commit = found.stdout.toString('utf8').trim()
  if (found.code !== 0) throw await missingCommit(deps, view.environment, baseRef, signal)
  await bringCommit(repository, local, commit, signal)
  return { commit, branch: baseRef === null ? view.branch : null }
}

/** The commit that HEAD names, where the base clone has it already: then it is one, and no git need be asked. Null: git has to look. */
async function knownHead(repository: Repository, local: LocalRepository): Promise<string | null> {
  const head = await readText(join(local.gitDirectory, 'HEAD'))
  const ref = /^ref: (refs\/[^\0-\x20~^:?*[\\]+)\n$/.exec(head)?.[1]
  const text = ref === undefined || ref.split('/').includes('..') ? head : await readText(join(local.commonDirectory, ref))
  const commit = /^([0-9a-f]{40})\n$/.exec(text)?.[1]
  return commit !== undefined && (await isMarked(repository, commit)) ? commit : null
}

async function missingCommit(deps: Deps, environment: Readonly<Record<string, string>>, baseRef: string | null, signal: AbortSignal): Promise<CodeForgeError> {
  if (baseRef === null) return new CodeForgeError('repository-empty', 'HEAD has no commit.')
  const refs = await deps.git.text({ args: ['for-each-ref', '--count=1'], environment }, signal)
  if (refs === '') return new CodeForgeError('repository-empty', 'There is no commit.')
  return new CodeForgeError('invalid-input', `There is no commit '${baseRef}'.`)
}

/** The mark that a commit and all it needs are here; also keeps it from being pruned. */
function markOf(repository: Repository, commit: string): string {
  return join(repository.base, 'refs', 'bases', commit)
}

async function isMarked(repository: Repository, commit: string): Promise<boolean> {
  return access(markOf(repository, commit)).then(() => true, () => false)
}

async function bringCommit(repository: Repository, local: LocalRepository, commit: string, signal: AbortSignal): Promise<void> {
  if (await isMarked(repository, commit)) return
  await bringObjects(repository, local, signal)
  await mkdir(join(repository.base, 'refs', 'bases'), { recursive: true })
  await writeFile(markOf(repository, commit), `${commit}\n`)
}

/** Makes everything that a local repository has available in the base clone. */
export async function bringObjects(repository: Repository, local: LocalRepository, signal: AbortSignal): Promise<void> {
  for (const directory of await objectDirectories(local.commonDirectory)) {
    await seedObjects(directory, join(repository.base, 'objects'), signal)
  }
  const shallow = join(local.commonDirectory, 'shallow') // only a shallow clone has it
  if (await isRegular(shallow)) await copyFile(shallow, join(repository.base, 'shallow')).catch(() => {})
}
