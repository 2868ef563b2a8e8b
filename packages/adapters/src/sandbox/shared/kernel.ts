/**
 * True where the kernel counts the processes of a user namespace by themselves, so that a limit means the sandbox and not
 * all that its user runs. That is so since Linux 5.14, and never for root, whom the limit does not bind.
 */
export function kernelCountsProcesses(release: string, asRoot: boolean): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number)
  return !asRoot && (major > 5 || (major === 5 && minor >= 14))
}
