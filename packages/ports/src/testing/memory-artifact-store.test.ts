import type { Digest } from '@codeforge/contracts/blob'
import { describeArtifactStoreContract } from './artifact-store.ts'
import { type StoredBytes, memoryArtifactStore } from './memory-artifact-store.ts'

describeArtifactStoreContract('memory', async () => {
  const stored = new Map<Digest, StoredBytes>()
  return {
    store: memoryArtifactStore(stored),
    async corrupt(digest) {
      stored.set(digest, { bytes: new Uint8Array([0]), storedAt: new Date() })
    },
    reopen: async () => memoryArtifactStore(stored),
    [Symbol.asyncDispose]: async () => {},
  }
})
