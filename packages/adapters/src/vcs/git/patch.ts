import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Deps } from './deps.ts'
import { locateRepository } from './source.ts'
import { openView } from './view.ts'

/** Applies a patch to the files of a local repository, all of it or nothing; index and branches stay. */
export async function applyPatch(deps: Deps, path: string, patch: Uint8Array, options: { readonly reverse: boolean }, signal: AbortSignal): Promise<void> {
  const local = await locateRepository(path)
  if (local.workTree === null) throw new CodeForgeError('unsupported', 'A bare repository has no files to patch.')
  if (patch.length === 0) return
  const view = await openView(deps.layout, local, changesRules(patch) ? 'as committed' : 'as the user has them')
  const environment = { ...view.environment, GIT_WORK_TREE: local.workTree }
  const args = ['apply', '--whitespace=nowarn', ...(options.reverse ? ['--reverse'] : []), '-']
  // git checks the whole patch before it writes the first file.
  const answer = await deps.git.run({ args, environment, directory: local.workTree, stdin: patch, answers: [0, 1, 128] }, signal)
  if (answer.code !== 0) throw new CodeForgeError('conflict', `The patch does not apply: ${answer.stderr.trim().slice(0, 1000)}`)
}

/** A change that rewrites the rules of conversion is written as it is, so that it cannot turn what it brings into something else. */
function changesRules(patch: Uint8Array): boolean {
  return /^diff --git .*\.gitattributes/m.test(Buffer.from(patch).toString('latin1'))
}
