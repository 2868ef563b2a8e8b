import type { Import } from '../extract/file-facts.ts'

/** What a file takes from elsewhere. */
export interface FileImport {
  readonly file: number
  readonly specifier: string
  readonly names: readonly string[]
}

/** The imports of many files: one text and a column instead of an object for each. */
export interface ImportRows {
  /** The file of each import. */
  readonly importFiles: Uint32Array
  /** In UTF-8: a line for each import, with its specifier and names between tabs. */
  readonly importTexts: Uint8Array
}

/** One import as a line; null for one that no file can be found by: lines and tabs belong to no name of a module. */
export function importLine({ specifier, names }: Import): string | null {
  const line = [specifier, ...names].join('\t')
  return specifier.includes('\t') || /[\n\r]/.test(line) ? null : `${line}\n`
}

/** The imports, in their order. */
export function* importsIn({ importFiles, importTexts }: ImportRows): Generator<FileImport> {
  const lines = Buffer.from(importTexts.buffer, importTexts.byteOffset, importTexts.byteLength).toString('utf8').split('\n')
  for (const [row, file] of importFiles.entries()) {
    const [specifier = '', ...names] = (lines[row] ?? '').split('\t')
    yield { file, specifier, names }
  }
}
