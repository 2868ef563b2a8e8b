import { type ArtifactStore, artifactStores } from '@codeforge/ports/artifact-store'
import { z } from 'zod'

/** Artifacts as files in a directory, sharded by digest. Processes on several hosts may share it. */
export const fileArtifactStore = artifactStores.register({
  name: 'files',
  config: z.strictObject({
    /** Absolute path; made where it is missing. */
    directory: z.string().startsWith('/'),
  }),
  async open({ directory }): Promise<ArtifactStore & AsyncDisposable> {
    const { openFileStore } = await import('./files/file-store.ts')
    return openFileStore(directory)
  },
})
