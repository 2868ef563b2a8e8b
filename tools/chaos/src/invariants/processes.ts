import type { Invariant } from '../observation.ts'

/** Nothing is left of what tools, gates or our own git started. */
export const noProcessIsLeft: Invariant = ({ strays }) =>
  strays.map(({ pid, command }) => ({ invariant: 'no-process-is-left', runId: null, detail: `${pid}: ${command}` }))

/** No run is under way any more, so no workspace is laid over anything. */
export const noMountIsLeft: Invariant = ({ mounts }) =>
  mounts.map((point) => ({ invariant: 'no-mount-is-left', runId: null, detail: point }))
