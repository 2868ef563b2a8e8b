import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { readYaml } from '@codeforge/domain/policy/parse'
import { z } from 'zod'

const Documents = z.record(z.string(), z.unknown())

/** What texts in YAML say, kept from one start to the next: reading the shipped profiles takes longer than a database server to start. */
export interface KeptYaml {
  read(text: string): unknown
  /** Writes down what was read, and forgets what was not. Where it cannot be written, the next start reads again. */
  keep(): Promise<void>
}

/** Opens the file that they are kept in; one that is missing or broken keeps nothing. */
export async function openKeptYaml(file: string): Promise<KeptYaml> {
  const before = await documentsIn(file)
  const used: Record<string, unknown> = {}
  let changed = false
  return {
    read(text) {
      const digest = createHash('sha256').update(text).digest('hex')
      if (!(digest in before)) {
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
      await writeFile(partial, JSON.stringify(used), { mode: 0o600 }).then(async () => rename(partial, file)).catch(() => undefined)
    },
  }
}

async function documentsIn(file: string): Promise<Record<string, unknown>> {
  try {
    return Documents.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return {}
  }
}
