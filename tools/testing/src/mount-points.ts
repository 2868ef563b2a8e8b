import { readFile } from 'node:fs/promises'

/** Mount points at or below a directory, in the order in which they were made; none where the system tells of none. */
export async function mountPointsBelow(directory: string): Promise<readonly string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return table.split('\n').map((line) => line.split(' ')[4] ?? '').filter((point) => point === directory || point.startsWith(`${directory}/`))
}
