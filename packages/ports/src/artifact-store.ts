import type { BlobRef, Digest } from '@codeforge/contracts/blob'
import { PortRegistry } from './registry.ts'

export interface ArtifactStore {
  /** Stores bytes under their SHA-256; storing the same bytes again is the same artifact. Survives a crash at any byte. */
  put(bytes: Uint8Array | AsyncIterable<Uint8Array>, mediaType: string, signal: AbortSignal): Promise<BlobRef>
  /** Reads verified bytes. `not-found`, or `artifact-corrupt` where they do not match the digest. */
  get(digest: Digest, signal: AbortSignal): Promise<Uint8Array>
  /** The same as a stream; verification fails at its end. */
  stream(digest: Digest, signal: AbortSignal): AsyncIterable<Uint8Array>
  has(digest: Digest): Promise<boolean>
  /** Removes; removing what is not there is fine. */
  delete(digest: Digest): Promise<void>
  /** Every digest that is stored, for garbage collection. */
  list(): AsyncIterable<{ readonly digest: Digest; readonly size: number; readonly storedAt: Date }>
}
export const artifactStores = new PortRegistry<ArtifactStore>('artifact-store')
