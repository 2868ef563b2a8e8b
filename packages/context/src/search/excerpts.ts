import { defaultBlockedPaths } from '@codeforge/contracts/policy-profile'
import { sendable } from '../semantic/sendable-files.ts'
import type { CodeModel } from './code-model.ts'
import type { SearchHit } from './search-hit.ts'

const maySend = sendable(defaultBlockedPaths)

/** The lines of places as they are now, in their order; empty where the file is unknown or may not leave the machine. */
export function excerptsOf(
  { files, fileOf, tree }: CodeModel,
  places: readonly Pick<SearchHit, 'path' | 'startLine' | 'endLine'>[],
): readonly string[] {
  return places.map(({ path, startLine, endLine }) => {
    const file = files[fileOf(path)]
    if (file === undefined || !maySend(file)) return ''
    return (tree.text(file) ?? '')
      .split('\n')
      .slice(startLine - 1, endLine)
      .join('\n')
  })
}
