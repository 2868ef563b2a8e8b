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
/** Random bytes of one id: four where its counter begins, one for two bits after it, five at its end. */
const idBytes = 10
const mostCount = 2 ** 32

/** RFC 9562, 6.2, method 1: a counter of 32 bits after the milliseconds, which begins anywhere in its lower half. */
function uuidsInOrder(): () => string {
  const pool = Buffer.alloc(poolBytes)
  let used = poolBytes
  let time = -1
  let count = 0
  return () => {
    if (used + idBytes > poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    const now = Date.now()
    if (now > time) {
      time = now
      count = pool.readUInt32BE(used) >>> 1
    } else if ((count += 1) === mostCount) {
      time += 1
      count = 0
    }
    const text = textOf(time, count, pool.readUInt8(used + 4) & 3, pool.toString('hex', used + 5, used + idBytes))
    used += idBytes
    return text
  }
}

/** Time: 48 bits. Version 7, and 12 bits of the counter. Variant, and its next 14 bits. Its last 6 bits, and 42 random ones. */
function textOf(time: number, count: number, bits: number, tail: string): string {
  const clock = time.toString(16).padStart(12, '0')
  const high = (0x7000 | (count >>> 20)).toString(16)
  const middle = (0x8000 | ((count >>> 6) & 0x3fff)).toString(16)
  const low = (((count & 0x3f) << 2) | bits).toString(16).padStart(2, '0')
  return `${clock.slice(0, 8)}-${clock.slice(8)}-${high}-${middle}-${low}${tail}`
}
