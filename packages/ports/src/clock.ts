import { PortRegistry } from './registry.ts'

export interface Clock {
  /** Wall-clock time, for records. */
  now(): Date
  /** Milliseconds that only ever grow, for leases and limits. */
  monotonic(): number
  /** Resolves after so many milliseconds; rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
export const clocks = new PortRegistry<Clock>('clock')
