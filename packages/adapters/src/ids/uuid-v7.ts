import { z } from 'zod'
import { type Ids, idSources } from '@codeforge/ports/ids'

/** UUIDv7 that grow within a process even where the clock is set back; between processes they sort by the millisecond. */
export const uuidV7Ids = idSources.register({
  name: 'uuid-v7',
  config: z.strictObject({}),
  async open(): Promise<Ids & AsyncDisposable> {
    const { v7 } = await import('uuid')
    return { next: () => v7(), [Symbol.asyncDispose]: async () => {} }
  },
})
