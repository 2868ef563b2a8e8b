import type { Ids } from '../ids.ts'

/** Ids that are the same in every run of a test: `00000000-0000-7000-8000-000000000001`, and so on. */
export function sequentialIds(first = 1): Ids & AsyncDisposable {
  let next = first
  return {
    next: () => `00000000-0000-7000-8000-${(next++).toString(16).padStart(12, '0')}`,
    [Symbol.asyncDispose]: async () => {},
  }
}
