/**
 * Processor time that this process has used so far, in milliseconds: what others on the machine take does not count. Not that of the thread
 * alone, which the kernel brings up to date only every few milliseconds.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
