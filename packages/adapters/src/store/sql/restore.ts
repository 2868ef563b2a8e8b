import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ClientBase, Pool } from 'pg'
import type { z } from 'zod'
import { BackupEnd, BackupHeader, endOfRows, linesOf, TableLine } from './backup-file.ts'
import { applyDown, appliedMigration, applyUp, atomically, exclusively, refuseNewer } from './migrate.ts'
import { readMigrations } from './migration-files.ts'

/** Replaces everything by a backup's content, all or nothing. The whole file is verified before anything is touched. */
export async function restore(pool: Pool, file: string, signal: AbortSignal): Promise<void> {
  const migrations = await readMigrations()
  const header = await verify(file, signal)
  refuseNewer(header.migration, migrations.length)
  await exclusively(pool, (client) => atomically(client, async () => {
    const current = await appliedMigration(client)
    refuseNewer(current, migrations.length)
    await applyDown(client, migrations, { from: current, to: 0 })
    await applyUp(client, migrations, { from: 0, to: header.migration })
    await load(client, file, signal)
    for (const [name, value] of Object.entries(header.sequences)) await client.query('select setval($1::regclass, $2)', [name, value])
    await applyUp(client, migrations, { from: header.migration, to: migrations.length })
  })).catch((error: unknown) => {
    signal.throwIfAborted()
    throw error
  })
}

/** Reads a backup to its end and compares its sum; returns its header. */
async function verify(file: string, signal: AbortSignal): Promise<BackupHeader> {
  const sum = createHash('sha256')
  let first: Buffer | undefined
  let last: Buffer | undefined
  for await (const line of backupLines(file, signal)) {
    if (last) sum.update(last)
    first ??= line
    last = line
  }
  const end = parseLine(BackupEnd, last)
  if (end.sha256 !== sum.digest('hex')) throw damaged('its sum does not match')
  return parseLine(BackupHeader, first)
}

async function load(client: ClientBase, file: string, signal: AbortSignal): Promise<void> {
  const { from } = await import('pg-copy-streams')
  const lines = backupLines(file, signal)
  await lines.next()
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (line.value.toString().startsWith('{"kind":"end"')) return
    const table = parseLine(TableLine, line.value)
    const target = client.query(from(`copy ${table.name} (${table.columns.join(', ')}) from stdin`))
    await pipeline(Readable.from(rowsOf(lines), { objectMode: false }), target, { signal })
  }
}

/** The rows up to the end of a table. Reads by `next`, since leaving a `for await` would end the lines for the tables that follow. */
async function* rowsOf(lines: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (line.value.length === 3 && line.value.toString() === `${endOfRows}\n`) return
    yield line.value
  }
}

async function* backupLines(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const bytes = createReadStream(file, { signal })
  const plain = createGunzip()
  bytes.on('error', (error) => plain.destroy(error)).pipe(plain)
  try {
    yield* linesOf(plain)
  } catch (error) {
    signal.throwIfAborted()
    throw isMissing(error) ? new CodeForgeError('not-found', `There is no backup ${file}.`, { cause: error }) : damaged('it cannot be read', error)
  } finally {
    bytes.destroy()
  }
}

function parseLine<Schema extends z.ZodType>(schema: Schema, line: Buffer | undefined): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(line?.toString() ?? ''))
  } catch (error) {
    throw damaged('a line is not what it should be', error)
  }
}

function damaged(why: string, cause?: unknown): CodeForgeError {
  return new CodeForgeError('invalid-input', `The file is not a whole backup: ${why}.`, { cause })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
