import { ByteReader, ByteWriter } from '../extract/byte-stream.ts'
import type { FileKind, SourceFile } from '../repository/source-file.ts'

/** Whether a grammar read a text: not yet, yes, or it cannot. */
export type Parsed = 'no' | 'yes' | 'failed'

/** What is known of a path since it was last read. */
export interface KnownFile {
  readonly path: string
  readonly size: number
  /** Times in whole microseconds: more digits would not survive. */
  readonly modified: number
  readonly changed: number
  readonly inode: number
  /** Whether it was read long enough after its last change for its times to tell the next one. */
  readonly settled: boolean
  readonly hash: string
  readonly language: string | null
  readonly kind: FileKind
  readonly parsed: Parsed
  /** Why it is left out; empty where it is not. */
  readonly reason: string
}

const kinds = ['source', 'test', 'generated', 'vendored', 'minified', 'binary', 'document', 'config'] as const
const parsedStates = ['no', 'yes', 'failed'] as const
const format = 1

/** Whether a file is, by its times and its place on disk, still what it was. */
export function isUnchanged(known: KnownFile, file: SourceFile): boolean {
  return (
    known.settled &&
    known.size === file.size &&
    known.modified === micros(file.modified) &&
    known.changed === micros(file.changed) &&
    known.inode === file.inode
  )
}

/** Milliseconds as whole microseconds. */
export function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1000)
}

export function encodeManifest(files: Iterable<KnownFile>): Uint8Array {
  const to = new ByteWriter()
  to.number(format)
  const all = [...files]
  to.number(all.length)
  for (const file of all) {
    to.text(file.path)
    to.number(file.size)
    to.number(file.modified)
    to.number(file.changed)
    to.number(file.inode)
    to.number(kinds.indexOf(file.kind) * 6 + parsedStates.indexOf(file.parsed) * 2 + (file.settled ? 1 : 0))
    to.bytes(Buffer.from(file.hash.padEnd(40, '0'), 'hex'))
    to.text(file.language ?? '')
    to.text(file.reason)
  }
  return to.finish()
}

/** Throws a RangeError on bytes that nobody encoded. */
export function decodeManifest(bytes: Uint8Array): KnownFile[] {
  const from = new ByteReader(bytes)
  if (from.number() !== format) throw new RangeError('This manifest has another format.')
  return from.list(() => {
    const path = from.text()
    const [size, modified, changed, inode, packed] = [from.number(), from.number(), from.number(), from.number(), from.number()]
    const hash = from.hexadecimal(20)
    const language = from.text() || null
    const kind = kinds[Math.floor(packed / 6)] ?? 'document'
    const parsed = parsedStates[Math.floor((packed % 6) / 2)] ?? 'no'
    return { path, size, modified, changed, inode, settled: packed % 2 === 1, hash, language, kind, parsed, reason: from.text() }
  })
}
