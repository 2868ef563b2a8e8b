import type { Artifact } from '@codeforge/contracts/artifact'
import type { Digest } from '@codeforge/contracts/blob'
import type { RunId } from '@codeforge/contracts/ids'

/** Which run has produced which bytes; the bytes themselves are in the artifact store. */
export interface ArtifactIndex {
  /** The same name again replaces the entry. */
  put(artifact: Artifact): Promise<void>
  list(run: RunId): Promise<readonly Artifact[]>
  find(run: RunId, name: string): Promise<Artifact | null>
  /** True where any run refers to it. */
  refersTo(digest: Digest): Promise<boolean>
}
