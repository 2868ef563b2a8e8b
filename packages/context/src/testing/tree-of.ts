import { hash } from 'node:crypto'
import type { DefinitionKind, FileFacts } from '../extract/file-facts.ts'
import { languageOfPath } from '../extract/languages.ts'
import { lexicalScan } from '../extract/lexical-scan.ts'
import type { IndexedFile, IndexedTree } from '../indexer/indexed-tree.ts'
import { blobHash } from '../repository/blob-hash.ts'

/** A file of a tree that is not on disk. */
export interface GivenFile {
  readonly text: string
  /** What the quick scan finds in it, unless given. */
  readonly facts?: FileFacts
}

/** Facts of a file that defines these names, one a line, and nothing else. */
export function definingFacts(kind: DefinitionKind, names: readonly string[]): FileFacts {
  const definitions = names.map((name, at) => ({ name, kind, startLine: at + 1, endLine: at + 1, signature: name }))
  return { definitions, references: [], imports: [], exact: true }
}

/** An indexed tree out of texts, for tests of what is built on one. */
export function treeOf(given: Readonly<Record<string, GivenFile>>): IndexedTree {
  const paths = Object.keys(given).sort()
  const files = paths.map((path): IndexedFile => {
    const { text, facts } = given[path]!
    const bytes = Buffer.from(text)
    return {
      path,
      hash: blobHash(bytes),
      size: bytes.byteLength,
      language: languageOfPath(path),
      kind: 'source',
      exact: facts?.exact ?? false,
    }
  })
  return {
    files,
    version: hash('sha1', JSON.stringify(files)),
    exact: files.every(({ exact }) => exact),
    report: {
      files: files.length,
      bytes: 0,
      read: 0,
      scanned: 0,
      parsed: 0,
      skipped: [],
      milliseconds: 0,
      residentBytes: 0,
      storeBytes: 0,
    },
    facts: ({ path, language }) => given[path]?.facts ?? lexicalScan(given[path]?.text ?? '', language),
    derived: () => undefined,
    text: ({ path }) => given[path]?.text,
  }
}
