/**
 * Numbers of our advisory locks, as the first of two; the second says which thing of that kind.
 * The one-number space belongs to the floors of event positions.
 */
export const advisoryLocks = { migrate: 0x0cf0, dispatch: 0x0cf1 } as const
