import { proportionalBytes } from '../../processes/process-table.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'

const pageBytes = 4096

export interface UsageLimits {
  readonly memoryMb?: number | undefined
  /** Processes and threads. */
  readonly pids?: number | undefined
}

export type Excess = 'memory' | 'processes'

/** Says which limit the processes exceed now, if any. */
export function excessOf(processes: readonly ProcessEntry[], limits: UsageLimits): Excess | null {
  if (limits.pids !== undefined && sum(processes.map((entry) => entry.threads)) > limits.pids) return 'processes'
  if (limits.memoryMb !== undefined && memoryOf(processes, limits.memoryMb * 1024 * 1024) > limits.memoryMb * 1024 * 1024) return 'memory'
  return null
}

/** Resident memory is cheap to read but counts shared pages once per process, so only a suspicion is measured exactly. */
function memoryOf(processes: readonly ProcessEntry[], limit: number): number {
  const resident = sum(processes.map((entry) => entry.residentPages * pageBytes))
  if (resident <= limit) return resident
  return sum(processes.map((entry) => proportionalBytes(entry.pid) ?? entry.residentPages * pageBytes))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
