import { Field } from './field.ts'
import type { TextSegment } from './build-text-segment.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A segment within an index, with the files of it that were replaced or removed since. */
export interface PlacedSegment {
  readonly segment: TextSegment
  /** 1 for each file that is gone. */
  readonly gone: Uint8Array | undefined
}

/** Where a chunk lies; lines from 1, both included. */
export interface ChunkPlace {
  readonly file: number
  readonly startLine: number
  readonly endLine: number
  /** Number of its symbol's name, or -1. */
  readonly symbol: number
}

/** The searchable text of a tree. Files and chunks are numbered through its segments; those that are gone score 0. */
export interface TextIndex {
  readonly vocabulary: Vocabulary
  /** Whole files. */
  readonly body: Field
  readonly path: Field
  /** The names a file defines. */
  readonly symbols: Field
  readonly chunks: Field
  /** The file of each chunk. */
  readonly fileOfChunk: Uint32Array
  /** First chunk of each file; one more than there are files. */
  readonly firstChunks: Uint32Array
  placeOf(chunk: number): ChunkPlace
}

/** Joins segments, the large one first, into one index. */
export function joinSegments(vocabulary: Vocabulary, placed: readonly PlacedSegment[]): TextIndex {
  const field = (of: 'body' | 'path' | 'symbols') =>
    new Field(placed.map(({ segment, gone }) => ({ postings: segment[of], ...(gone && { gone }) })))
  const chunks = new Field(
    placed.map(({ segment, gone }) => ({ postings: segment.chunks, ...(gone && { gone: goneChunks(segment, gone) }) })),
  )
  const body = field('body')
  const fileOfChunk = filesOfChunks(placed, chunks.documents)
  return {
    vocabulary,
    body,
    path: field('path'),
    symbols: field('symbols'),
    chunks,
    fileOfChunk,
    firstChunks: firstChunksOf(fileOfChunk, body.documents),
    placeOf: (chunk) => placeIn(placed, chunk, fileOfChunk[chunk] ?? 0),
  }
}

function goneChunks({ chunkFiles }: TextSegment, gone: Uint8Array): Uint8Array {
  const chunks = new Uint8Array(chunkFiles.length)
  for (let chunk = 0; chunk < chunks.length; chunk += 1) chunks[chunk] = gone[chunkFiles[chunk] ?? 0] ?? 0
  return chunks
}

function filesOfChunks(placed: readonly PlacedSegment[], chunks: number): Uint32Array {
  const files = new Uint32Array(chunks)
  let at = 0
  let first = 0
  for (const { segment } of placed) {
    for (const file of segment.chunkFiles) files[at++] = first + file
    first += segment.body.lengths.length
  }
  return files
}

function firstChunksOf(fileOfChunk: Uint32Array, files: number): Uint32Array {
  const firsts = new Uint32Array(files + 1)
  for (const file of fileOfChunk) firsts[file + 1] = (firsts[file + 1] ?? 0) + 1
  for (let file = 0; file < files; file += 1) firsts[file + 1] = (firsts[file + 1] ?? 0) + (firsts[file] ?? 0)
  return firsts
}

function placeIn(placed: readonly PlacedSegment[], chunk: number, file: number): ChunkPlace {
  let at = chunk
  for (const { segment } of placed) {
    if (at < segment.chunkFiles.length) {
      return { file, startLine: segment.chunkStarts[at] ?? 1, endLine: segment.chunkEnds[at] ?? 1, symbol: segment.chunkSymbols[at] ?? -1 }
    }
    at -= segment.chunkFiles.length
  }
  throw new RangeError(`There is no chunk ${chunk}.`)
}
