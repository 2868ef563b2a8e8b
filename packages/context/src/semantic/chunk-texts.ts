import { createHash } from 'node:crypto'
import type { IndexedFile } from '../indexer/indexed-tree.ts'
import type { CodeModel } from '../search/code-model.ts'

/** Longer chunks are cut: models read 512 to 8,192 tokens, and the beginning of a definition says what it is. */
const mostCharacters = 4000
/** A chunk with fewer letters and digits says nothing. */
const fewestWords = 2

/** What is sent of one chunk: its path and symbol, since a body seldom says what it belongs to, then its lines. Empty: nothing is. */
export function chunkTexts(model: CodeModel, number: number, file: IndexedFile): readonly string[] {
  const { firstChunks } = model.text
  const first = firstChunks[number] ?? 0
  const count = (firstChunks[number + 1] ?? first) - first
  if (count === 0) return []
  const lines = (model.tree.text(file) ?? '').split('\n')
  return Array.from({ length: count }, (_, at) => {
    const { startLine, endLine, symbol } = model.text.placeOf(first + at)
    const body = lines.slice(startLine - 1, endLine).join('\n')
    if ((body.match(/[\p{L}\p{N}]{2,}/gu)?.length ?? 0) < fewestWords) return ''
    const head = symbol < 0 ? file.path : `${file.path} ${model.symbols.names.textOf(symbol)}`
    return `${head}\n${body}`.slice(0, mostCharacters).toWellFormed()
  })
}

/** Names a text by its content. Empty for the empty one. */
export function keyOf(text: string): string {
  return text === '' ? '' : createHash('sha1').update(text).digest('hex')
}
