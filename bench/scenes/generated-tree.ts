import { buildHistory, bindHistory } from '@codeforge/context/history/history-index'
import type { FileFacts } from '@codeforge/context/extract/file-facts'
import { buildModel } from '@codeforge/context/search/code-model'
import { treeOf } from '@codeforge/context/testing/tree-of'

/** Definitions of each file; each becomes a chunk. */
const definitionsOfFile = 8

/** A tree of generated definitions with a past of generated changes, as search sees them; nothing is on disk. */
export function generatedModel(chunks: readonly string[], messages: readonly string[]) {
  const files = Array.from({ length: Math.ceil(chunks.length / definitionsOfFile) }, (_, file) => {
    const pieces = chunks.slice(file * definitionsOfFile, (file + 1) * definitionsOfFile)
    return [`src/part-${file % 97}/file-${file}.ts`, { text: pieces.join('\n'), facts: factsOf(pieces) }] as const
  })
  const model = buildModel(treeOf(Object.fromEntries(files)))
  const pathOf = (number: number) => files[number % files.length]?.[0] ?? ''
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

function factsOf(pieces: readonly string[]): FileFacts {
  let line = 1
  const definitions = pieces.map((text, at) => {
    const startLine = line
    line += text.split('\n').length
    return { name: /const (\w+)/.exec(text)?.[1] ?? `part${at}`, kind: 'function' as const, startLine, endLine: line - 1, signature: '' }
  })
  return { definitions, references: [], imports: [], exact: true }
}
