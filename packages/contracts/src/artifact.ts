import { z } from 'zod'
import { BlobRef } from './blob.ts'
import { RunId } from './ids.ts'

/** An entry of a run's list of produced files. */
export const Artifact = z.strictObject({
  runId: RunId,
  /** Unique within the run, such as `delivery/change.patch` or `gates/npm-test.log`. */
  name: z.string().min(1).max(500),
  blob: BlobRef,
  createdAt: z.iso.datetime(),
})
export type Artifact = z.output<typeof Artifact>
