import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'

/** Opens nothing but a regular file: no link as the last step, no waiting for a pipe. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Where bytes are put that are read: at least so many. */
export type RoomFor = (size: number) => Buffer

/** Room that the next reading uses again: what garbage collection has not met yet of many files is more than all else a reader holds. */
export function reusedRoom(): RoomFor {
  let room = Buffer.allocUnsafeSlow(1 << 16)
  return (size) => (size <= room.byteLength ? room : (room = Buffer.allocUnsafeSlow(size * 2)))
}

/** Bytes of a regular file inside a root. Throws where it is none, lies elsewhere, or is larger than allowed. */
export function readInside(root: string, path: string, mostBytes: number, roomFor: RoomFor = Buffer.allocUnsafe): Buffer {
  const whole = `${root}/${path}`
  const folder = dirname(whole)
  if (realpathSync.native(folder) !== folder) throw new Error('A folder on its way is a symbolic link.')
  const descriptor = openSync(whole, flags)
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw new Error('It is no regular file.')
    if (stats.size > mostBytes) throw new Error(tooLarge(stats.size, mostBytes))
    return readAll(descriptor, stats.size, roomFor(stats.size))
  } finally {
    closeSync(descriptor)
  }
}

/** Why a file is not read. */
export function tooLarge(size: number, mostBytes: number): string {
  return `It has ${size} bytes; the index reads at most ${mostBytes}.`
}

/** As many bytes as it had when it was opened: one that grows meanwhile is read again by the next update. */
function readAll(descriptor: number, size: number, bytes: Buffer): Buffer {
  let length = 0
  while (length < size) {
    const more = readSync(descriptor, bytes, length, size - length, length)
    if (more === 0) break
    length += more
  }
  return bytes.subarray(0, length)
}
