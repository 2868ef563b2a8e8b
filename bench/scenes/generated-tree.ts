import { buildHistory, bindHistory } from '@codeforge/context/history/history-index'
import type { FileFacts } from '@codeforge/context/extract/file-facts'
import type { IndexedFile, IndexedTree } from '@codeforge/context/indexer/indexed-tree'
import { buildModel } from '@codeforge/context/search/code-model'

/** Definitions of each file; each becomes a chunk. */
const definitionsOfFile = 8

/** A tree of generated definitions with a past of generated changes, as search sees them; nothing is on disk. */
export function generatedModel(chunks: readonly string[], messages: readonly string[]) {
  const pieces = Array.from({ length: Math.ceil(chunks.length / definitionsOfFile) }, (_, file) =>
    chunks.slice(file * definitionsOfFile, (file + 1) * definitionsOfFile),
  )
  const files = pieces.map((_, file): IndexedFile => ({
    path: `src/part-${file % 97}/file-${file}.ts`,
    hash: String(file),
    size: 1,
    language: 'typescript',
    kind: 'source',
    exact: true,
  }))
  const numbers = new Map(files.map(({ path }, file) => [path, file]))
  const model = buildModel(treeOf(files, (path) => pieces[numbers.get(path) ?? 0] ?? []))
  const pathOf = (number: number) => files[number % files.length]?.path ?? ''
  const commits = messages.map((message, at) => ({ id: String(at), time: 0, message, files: [pathOf(at * 31), pathOf(at * 57)] }))
  return {
    model,
    history: bindHistory(
      buildHistory(commits, () => true),
      model.files.length,
      model.fileOf,
    ),
  }
}

function treeOf(files: readonly IndexedFile[], piecesOf: (path: string) => readonly string[]): IndexedTree {
  const report = {
    files: files.length,
    bytes: 0,
    read: 0,
    scanned: 0,
    parsed: 0,
    skipped: [],
    milliseconds: 0,
    residentBytes: 0,
    storeBytes: 0,
  }
  return {
    files,
    version: 'generated',
    exact: true,
    report,
    facts: ({ path }) => factsOf(piecesOf(path)),
    derived: () => undefined,
    text: ({ path }) => piecesOf(path).join('\n'),
  }
}

function factsOf(pieces: readonly string[]): FileFacts {
  let line = 1
  const definitions = pieces.map((text, at) => {
    const startLine = line
    line += text.split('\n').length
    return { name: /const (\w+)/.exec(text)?.[1] ?? `part${at}`, kind: 'function' as const, startLine, endLine: line - 1, signature: '' }
  })
  return { definitions, references: [], imports: [], exact: true }
}
