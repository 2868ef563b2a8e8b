import { hash } from 'node:crypto'

/** Git's name for a content: SHA-1 over `blob <size>\0` and the bytes, hexadecimal. */
export function blobHash(bytes: Uint8Array): string {
  const head = Buffer.from(`blob ${bytes.byteLength}\0`, 'latin1')
  return hash('sha1', Buffer.concat([head, bytes]), 'hex')
}
