import type { ResourceLimits } from '@codeforge/contracts/policy-profile'
import { bytes, plural } from './quantity.ts'
import { duration } from './time.ts'

const mebibyte = 1024 ** 2

/** What a run may use, in words; empty where nothing is limited. */
export function limitWords({ memoryMb, pids, diskMb, commandSeconds, cpuSeconds, outputBytes }: ResourceLimits): string {
  return [
    memoryMb !== undefined && `${bytes(memoryMb * mebibyte)} of memory`,
    pids !== undefined && plural(pids, 'process', 'processes'),
    diskMb !== undefined && `${bytes(diskMb * mebibyte)} a file`,
    commandSeconds !== undefined && `${duration(commandSeconds * 1000)} a command`,
    cpuSeconds !== undefined && `${duration(cpuSeconds * 1000)} of processor time a process`,
    outputBytes !== undefined && `${bytes(outputBytes)} of output`,
  ].filter((words) => words !== false).join(', ')
}
