import { vectorIndexes, type VectorIndex } from '@codeforge/ports/vector-index'
import { z } from 'zod'

/** Exact search over quantised vectors in one SQLite file, a page at a time: as slow as they are many, and never wrong. */
export const sqliteVectorIndex = vectorIndexes.register({
  name: 'sqlite',
  config: z.strictObject({ file: z.string().min(1) }),
  async open({ file }): Promise<VectorIndex & AsyncDisposable> {
    const { openVectorFile } = await import('./sqlite/vector-file.ts')
    return openVectorFile(file)
  },
})
