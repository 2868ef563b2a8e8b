import { randomFillSync } from 'node:crypto'
import { z } from 'zod'
import { type Ids, idSources } from '@codeforge/ports/ids'

/**
 * UUIDv7 that grow within a process even where the clock is set back; between processes they sort by the millisecond. Written here and not by a
 * library, since every request, event and fact takes one: a millisecond's digits and random ones are made once and cut up.
 */
export const uuidV7Ids = idSources.register({
  name: 'uuid-v7',
  config: z.strictObject({}),
  async open(): Promise<Ids & AsyncDisposable> {
    const random = randomDigits()
    const time = timeAndCounter(random)
    return { next: () => `${time()}-${random()}`, [Symbol.asyncDispose]: async () => {} }
  },
})

const digits = 12
const blockBytes = 6 * 256

/** Twelve random digits at a time, asked of the system by the 256: one at a time cost several times as much as the id. */
function randomDigits(): () => string {
  const bytes = Buffer.alloc(blockBytes)
  let block = ''
  let used = 0
  return () => {
    if (used === block.length) {
      block = randomFillSync(bytes).toString('hex')
      used = 0
    }
    return block.slice(used, (used += digits))
  }
}

const counterBits = 26

/** Milliseconds, then a counter of 26 bits that begins anywhere in its lower half: RFC 9562, 6.2, method 1. With the version and the variant. */
function timeAndCounter(random: () => string): () => string {
  let milliseconds = -1
  let count = 0
  let time = ''
  const begin = (at: number): void => {
    milliseconds = at
    count = Number.parseInt(random().slice(0, 7), 16) >>> 3
    const text = at.toString(16).padStart(12, '0')
    time = `${text.slice(0, 8)}-${text.slice(8)}`
  }
  return () => {
    const now = Date.now()
    if (now > milliseconds) begin(now)
    else if ((count += 1) === 2 ** counterBits) begin(milliseconds + 1)
    return `${time}-${(0x7000 | (count >>> 14)).toString(16)}-${(0x8000 | (count & 0x3fff)).toString(16)}`
  }
}
