import type { Artifact } from '@codeforge/contracts/artifact'
import type { Digest } from '@codeforge/contracts/blob'
import type { RunId, TenantId } from '@codeforge/contracts/ids'

/** Which run has produced which bytes; the bytes themselves are in the artifact store. */
export interface ArtifactIndex {
  /** The same name again replaces the entry. */
  put(artifact: Artifact): Promise<void>
  /** The same for several, in one statement; of one name the last one counts. */
  putAll(artifacts: readonly Artifact[]): Promise<void>
  list(run: RunId): Promise<readonly Artifact[]>
  find(run: RunId, name: string): Promise<Artifact | null>
  /** Says that stored work refers to these for good: profiles and modes, which are few and shared by many runs. */
  pin(tenant: TenantId, digests: readonly Digest[]): Promise<void>
  /** True where any run or pin refers to it. */
  refersTo(digest: Digest): Promise<boolean>
}
