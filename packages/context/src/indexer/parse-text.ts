import { exactFacts } from '../extract/exact-facts.ts'
import { loadGrammar } from '../extract/grammar.ts'
import { blobHash } from '../repository/blob-hash.ts'
import { readInside } from '../repository/read-file.ts'
import { exactValues, failure, reasonOf, type Reading, type TextRequest, type TextResult } from './read-texts.ts'

/** Reads a file by its grammar. What fails is kept too, so that it is not tried again. */
export async function parseText(reading: Reading, request: TextRequest): Promise<TextResult> {
  const { path, language, kind } = request
  const { limits } = reading
  const grammar = language === null ? null : await loadGrammar(language)
  if (grammar === null || language === null) return { status: 'skipped', path, hash: null, reason: 'There is no grammar.', values: [] }
  let bytes: Buffer
  try {
    bytes = readInside(reading.root, path, limits.mostBytes)
  } catch (error) {
    return { status: 'skipped', path, hash: null, reason: reasonOf(error), values: [] }
  }
  const hash = blobHash(bytes)
  if (hash !== request.hash) return { status: 'skipped', path, hash: null, reason: 'It changed while it was being indexed.', values: [] }
  try {
    const text = bytes.toString('utf8')
    const values = exactValues(reading, hash, text, language, exactFacts(grammar, text, language, limits.parseMilliseconds))
    return { status: 'read', path, hash, language, kind, bytes: bytes.byteLength, made: true, values }
  } catch (error) {
    return failure(path, hash, language, reasonOf(error))
  }
}
