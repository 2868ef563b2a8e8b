import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'

/** Opens nothing but a regular file: no link as the last step, no waiting for a pipe. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Bytes of a regular file inside a root. Throws where it is none, lies elsewhere, or is larger than allowed. */
export function readInside(root: string, path: string, mostBytes: number): Buffer {
  const whole = `${root}/${path}`
  if (realpathSync(dirname(whole)) !== dirname(whole)) throw new Error('A folder on its way is a symbolic link.')
  const descriptor = openSync(whole, flags)
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw new Error('It is no regular file.')
    if (stats.size > mostBytes) throw new Error(tooLarge(stats.size, mostBytes))
    return readAll(descriptor, stats.size)
  } finally {
    closeSync(descriptor)
  }
}

/** Why a file is not read. */
export function tooLarge(size: number, mostBytes: number): string {
  return `It has ${size} bytes; the index reads at most ${mostBytes}.`
}

/** As many bytes as it had when it was opened: one that grows meanwhile is read again by the next update. */
function readAll(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  let length = 0
  while (length < size) {
    const more = readSync(descriptor, bytes, length, size - length, length)
    if (more === 0) break
    length += more
  }
  return bytes.subarray(0, length)
}
