import type { TextTask } from './text-worker.ts'

/** Files that a thread is given at once, and hands back as one run. */
interface Bounds {
  readonly fewestFiles: number
  readonly mostFiles: number
  readonly mostBytes: number
}

/**
 * Large runs are joined quicker than many small ones: what they say of a term lies side by side. Small ones at the end let all threads be ready at
 * about the same time.
 */
const bounds: Readonly<Record<TextTask, Bounds>> = {
  scan: { fewestFiles: 64, mostFiles: 1024, mostBytes: 3_000_000 },
  gather: { fewestFiles: 64, mostFiles: 1024, mostBytes: 3_000_000 },
  parse: { fewestFiles: 16, mostFiles: 16, mostBytes: Infinity },
}

/** Every thread gets so many of what is left at any moment, before the bounds. */
const batchesAhead = 4

/** Cuts what is to be read, in its order, into batches that get smaller towards the end. */
export function cutBatches<T extends { readonly size: number }>(task: TextTask, requests: readonly T[], threads: number): T[][] {
  const { fewestFiles, mostFiles, mostBytes } = bounds[task]
  const batches: T[][] = []
  let left = requests.reduce((sum, { size }) => sum + size, 0)
  let batch: T[] = []
  let bytes = 0
  let share = left / (threads * batchesAhead)
  for (const request of requests) {
    const full = batch.length >= mostFiles || bytes >= mostBytes || (batch.length >= fewestFiles && bytes >= share)
    if (batch.length > 0 && full) {
      batches.push(batch)
      left -= bytes
      share = left / (threads * batchesAhead)
      batch = []
      bytes = 0
    }
    batch.push(request)
    bytes += request.size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
