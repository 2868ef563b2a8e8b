import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { readYaml } from '@codeforge/domain/policy/parse'
import { z } from 'zod'

const Documents = z.record(z.string(), z.unknown())
/** Characters of a seal: HMAC-SHA256 in hexadecimal. */
const sealLength = 64

/** What texts in YAML say, kept from one start to the next: reading the shipped profiles takes longer than a database server to start. */
export interface KeptYaml {
  read(text: string): unknown
  /** Writes down what was read, and forgets what was not. Where it cannot be written, the next start reads again. */
  keep(): Promise<void>
}

/**
 * Opens the file that they are kept in; one that is missing, broken, or not sealed with the secret keeps nothing. A policy hangs on
 * what is kept here: whoever can write into a cache but does not hold the secret of the data directory changes none.
 */
export async function openKeptYaml(file: string, secret: string): Promise<KeptYaml> {
  const before = await documentsIn(file, secret)
  const used: Record<string, unknown> = {}
  let changed = false
  return {
    read(text) {
      const digest = createHash('sha256').update(text).digest('hex')
      if (!Object.hasOwn(before, digest)) {
        const document = readYaml(text)
        // What JSON cannot say, such as an infinite number, is read each time.
        if (!isDeepStrictEqual(JSON.parse(JSON.stringify(document)), document)) return document
        before[digest] = document
        changed = true
      }
      return (used[digest] = before[digest])
    },
    async keep() {
      if (!changed && Object.keys(before).length === Object.keys(used).length) return
      const partial = `${file}.${process.pid}.partial`
      const text = JSON.stringify(used)
      await writeFile(partial, sealOf(text, secret) + text, { mode: 0o600 }).then(async () => rename(partial, file)).catch(() => undefined)
    },
  }
}

async function documentsIn(file: string, secret: string): Promise<Record<string, unknown>> {
  try {
    const sealed = await readFile(file, 'utf8')
    const text = sealed.slice(sealLength)
    if (!timingSafeEqual(Buffer.from(sealed.slice(0, sealLength)), Buffer.from(sealOf(text, secret)))) return {}
    return Documents.parse(JSON.parse(text))
  } catch {
    return {}
  }
}

function sealOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update('kept policies\n').update(text).digest('hex')
}
