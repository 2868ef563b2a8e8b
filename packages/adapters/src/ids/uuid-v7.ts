import { randomFillSync } from 'node:crypto'
import { z } from 'zod'
import { type Ids, idSources } from '@codeforge/ports/ids'

/** UUIDv7 that grow within a process even where the clock is set back; between processes they sort by the millisecond. */
export const uuidV7Ids = idSources.register({
  name: 'uuid-v7',
  config: z.strictObject({}),
  async open(): Promise<Ids & AsyncDisposable> {
    return { next: uuidsInOrder(), [Symbol.asyncDispose]: async () => {} }
  },
})

/** Bytes that are taken from the system at once: one id at a time cost more to ask for than to make. */
const poolBytes = 4096
/** Random bytes of one id: four where its counter begins, six after it. */
const idBytes = 10
const mostCount = 2 ** 32

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** RFC 9562, 6.2, method 1: a counter of 32 bits after the milliseconds, which begins anywhere in its lower half. */
function uuidsInOrder(): () => string {
  const pool = new Uint8Array(poolBytes)
  let used = poolBytes
  let last = -1
  let count = 0
  return () => {
    if (used + idBytes > poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    const random = pool.subarray(used, (used += idBytes))
    const now = Date.now()
    if (now > last) {
      last = now
      count = (random[0]! & 0x7f) * 2 ** 24 + random[1]! * 2 ** 16 + random[2]! * 2 ** 8 + random[3]!
    } else if ((count += 1) === mostCount) {
      last += 1
      count = 0
    }
    return textOf(last, count, random)
  }
}

/** Time: 48 bits. Version 7 and 12 bits of the counter. Variant and 14 bits of it. Its last 6 bits, and 48 random ones with two more. */
function textOf(time: number, count: number, random: Uint8Array): string {
  const high = Math.floor(time / 2 ** 16)
  const [a, b] = [count >>> 20, (count >>> 6) & 0x3fff]
  const c = ((count & 0x3f) << 2) | (random[4]! >>> 6)
  return `${hex[high >>> 24]}${hex[(high >>> 16) & 0xff]}${hex[(high >>> 8) & 0xff]}${hex[high & 0xff]}-${hex[Math.floor(time / 256) % 256]}${hex[time % 256]}-${
    hex[0x70 | (a >>> 8)]}${hex[a & 0xff]}-${hex[0x80 | (b >>> 8)]}${hex[b & 0xff]}-${
    hex[c]}${hex[random[5]!]}${hex[random[6]!]}${hex[random[7]!]}${hex[random[8]!]}${hex[random[9]!]}`
}
