import { pathMatcher } from '@codeforge/domain/policy/path-set'
import { seePaths } from '@codeforge/domain/policy/paths'
import type { IndexedFile } from '../indexer/indexed-tree.ts'
import type { FileKind } from '../repository/source-file.ts'

/** What is generated or brought along from elsewhere costs money and is seldom meant. */
const kinds: ReadonlySet<FileKind> = new Set<FileKind>(['source', 'test', 'document', 'config'])

/** Tells which files may be sent to an endpoint: none of a blocked name, however it is spelt, and nothing generated. */
export function sendable(blocked: readonly string[]): (file: Pick<IndexedFile, 'path' | 'kind'>) => boolean {
  const isBlocked = pathMatcher(blocked)
  return ({ path, kind }) =>
    kinds.has(kind) && !seePaths([{ path, source: path, glob: false, access: 'read' }], null).some(({ folded }) => isBlocked(folded))
}
