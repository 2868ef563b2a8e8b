import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'

/** The PostgreSQL major version that wrote a data directory; null where there is none yet. */
export async function dataVersion(data: string): Promise<number | null> {
  try {
    return Number.parseInt(await readFile(join(data, 'PG_VERSION'), 'utf8'), 10)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Refuses data that this server cannot read: PostgreSQL's files differ from one major version to the next. */
export function requireVersion(data: number, server: number, directory: string): void {
  if (data > server) {
    throw new CodeForgeError('data-too-new', `PostgreSQL ${String(data)} wrote the data in ${directory}; this version brings PostgreSQL ${String(server)}.`)
  }
  if (data < server) {
    throw new CodeForgeError('unsupported',
      `PostgreSQL ${String(data)} wrote the data in ${directory} and this version brings ${String(server)}. ` +
      'Make a backup with the version of CodeForge that wrote them, move the directory away, and restore the backup with this one.')
  }
}
