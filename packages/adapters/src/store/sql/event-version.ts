import type { EventEnvelope } from '@codeforge/contracts/event'

/** The version with which events are written. */
export const currentVersion = 1

/** An event in its newest version. Where a kind changes its shape, its old versions are brought up to date here. */
export function upcast(event: EventEnvelope): EventEnvelope {
  return event
}
