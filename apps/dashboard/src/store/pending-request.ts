import type { TimelineItem } from '@codeforge/domain/view/timeline'

export type PendingRequest = 'pause' | 'cancel' | null

/** What a person has asked of the run that its worker has not done yet. */
export function pendingRequest(items: readonly TimelineItem[]): PendingRequest {
  const last = items.findLast((item) => item.kind === 'status' && endsOrAsks.has(item.status))
  if (last?.kind !== 'status') return null
  if (last.status === 'cancel-requested') return 'cancel'
  return last.status === 'pause-requested' ? 'pause' : null
}

/** What asks for something, or shows that it was done or taken back; work goes on in between. */
const endsOrAsks = new Set(['pause-requested', 'cancel-requested', 'paused', 'resumed', 'cancelled', 'succeeded', 'waiting'])
