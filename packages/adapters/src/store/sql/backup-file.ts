import { z } from 'zod'

/**
 * A backup is one gzip file of lines. The first is the header. Each table follows with a line of its own, its rows in
 * PostgreSQL's COPY text format (one row a line) and `\.`; the last line tells how many rows each table has and the SHA-256 of all lines before.
 */
export const BackupHeader = z.strictObject({
  kind: z.literal('codeforge-backup'),
  version: z.literal(1),
  migration: z.int().min(0),
  createdAt: z.iso.datetime(),
  /** Last value of each sequence, so that positions that were given out are never given out again. */
  sequences: z.record(z.string(), z.int()),
})
export type BackupHeader = z.output<typeof BackupHeader>

/** As `quote_ident` writes it. It becomes part of a statement, so nothing else may pass. */
const Identifier = z.string().regex(/^(?:[a-z_][a-z0-9_]*|"[a-z_][a-z0-9_]*")$/)

export const TableLine = z.strictObject({ kind: z.literal('table'), name: Identifier, columns: z.array(Identifier).min(1) })
export type TableLine = z.output<typeof TableLine>

export const BackupEnd = z.strictObject({ kind: z.literal('end'), rows: z.record(z.string(), z.int().min(0)), sha256: z.string() })
export type BackupEnd = z.output<typeof BackupEnd>

/** Ends a table's rows. COPY escapes backslashes, so no row looks like it. */
export const endOfRows = '\\.'

/** Splits a stream into lines, each with its line feed. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = chunk.subarray(start, end + 1)
      yield rest.length === 0 ? line : Buffer.concat([...rest, line])
      rest = []
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
  if (rest.length > 0) yield Buffer.concat(rest)
}
