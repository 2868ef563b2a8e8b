import { createHash } from 'node:crypto'

/** Git's name for a content: SHA-1 over `blob <size>\0` and the bytes, hexadecimal. */
export function blobHash(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`, 'latin1').update(bytes).digest('hex')
}
