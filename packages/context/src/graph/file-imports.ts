import type { Import, Renaming } from '../extract/file-facts.ts'

/** What a file takes from elsewhere. */
export interface FileImport {
  readonly file: number
  readonly specifier: string
  readonly names: readonly string[]
  readonly renamed: readonly Renaming[]
}

/** The imports of many files: one text and a column instead of an object for each. */
export interface ImportRows {
  /** The file of each import. */
  readonly importFiles: Uint32Array
  /** In UTF-8: a line for each import, with its specifier and names between tabs; `name=local` is a name that goes by another one there. */
  readonly importTexts: Uint8Array
}

/** One import as a line; null for one that no file can be found by: lines and tabs belong to no name of a module. */
export function importLine({ specifier, names, renamed = [] }: Import): string | null {
  const line = [specifier, ...names, ...renamed.map(([name, local]) => `${name}=${local}`)].join('\t')
  return specifier.includes('\t') || /[\n\r]/.test(line) ? null : `${line}\n`
}

/** Who calls a name otherwise; found without reading all the other imports. */
export function renamingsIn(
  { importFiles, importTexts }: ImportRows,
  name: string,
): readonly { readonly file: number; readonly local: string }[] {
  const text = Buffer.from(importTexts.buffer, importTexts.byteOffset, importTexts.byteLength)
  const wanted = Buffer.from(`\t${name}=`)
  const found: { file: number; local: string }[] = []
  for (let at = text.indexOf(wanted), line = 0, passed = 0; at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    for (; passed < at; passed += 1) if (text[passed] === lineBreak) line += 1
    const [local = ''] = text.toString('utf8', at + wanted.length, endOfPart(text, at + wanted.length)).split('\t')
    found.push({ file: importFiles[line] ?? 0, local })
  }
  return found
}

const lineBreak = 10
const endOfPart = (text: Buffer, from: number): number => {
  const end = text.indexOf(lineBreak, from)
  return end < 0 ? text.length : end
}

/** The imports, in their order. */
export function* importsIn({ importFiles, importTexts }: ImportRows): Generator<FileImport> {
  const lines = Buffer.from(importTexts.buffer, importTexts.byteOffset, importTexts.byteLength).toString('utf8').split('\n')
  for (const [row, file] of importFiles.entries()) {
    const [specifier = '', ...parts] = (lines[row] ?? '').split('\t')
    yield { file, specifier, ...namesIn(parts) }
  }
}

const noRenamings: readonly Renaming[] = []

function namesIn(parts: readonly string[]): Pick<FileImport, 'names' | 'renamed'> {
  if (!parts.some((part) => part.includes('='))) return { names: parts, renamed: noRenamings }
  const split = parts.map((part) => part.split('=') as [string, string?])
  return {
    names: split.flatMap(([name, local]) => (local === undefined ? [name] : [])),
    renamed: split.flatMap(([name, local]): Renaming[] => (local === undefined ? [] : [[name, local]])),
  }
}
