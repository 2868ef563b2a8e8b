import { createHash, hash } from 'node:crypto'

/** What is larger is not copied to stand behind its head. */
const mostCopied = 1 << 17
const longestHead = 32
const room = Buffer.allocUnsafeSlow(longestHead + mostCopied)

/** Git's name for a content: SHA-1 over `blob <size>\0` and the bytes, hexadecimal. */
export function blobHash(bytes: Uint8Array): string {
  const size = bytes.byteLength
  const head = `blob ${size}\0`
  if (size > mostCopied) return createHash('sha1').update(head, 'latin1').update(bytes).digest('hex')
  // In one piece: an object for each of many small texts costs more than their sums.
  room.write(head, 0, 'latin1')
  room.set(bytes, head.length)
  return hash('sha1', room.subarray(0, head.length + size), 'hex')
}
