import type { Definition } from '../extract/file-facts.ts'

/** A file as a map shows it: some of its definitions, in the order of lines. */
export interface MapFile {
  readonly path: string
  readonly definitions: readonly Definition[]
}

/** As compact as a person can read: the path, then each definition with its line, indented by how deep it stands. */
export function renderMap(files: readonly MapFile[]): string {
  return files.map((file) => renderFile(file)).join('')
}

function renderFile({ path, definitions }: MapFile): string {
  return [`${path}\n`, ...definitions.map((definition) => renderDefinition(definition))].join('')
}

/** Characters; the rest is cut. */
export const longestSignature = 120

export function renderDefinition({ startLine, signature, name, kind, container }: Definition): string {
  const head = signature === '' ? `${kind} ${name}` : signature
  const cut = head.length > longestSignature ? `${head.slice(0, longestSignature - 1)}…` : head
  return `${container === undefined ? ' ' : '   '}${startLine} ${cut.trim()}\n`
}
