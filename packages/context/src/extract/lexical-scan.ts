import { type FileFacts, type Reference, referenceKinds } from './file-facts.ts'
import { type QuickScan, quickScan } from './quick-scan.ts'

/** The facts of a text by the quick scan. */
export function lexicalScan(text: string, language: string | null): FileFacts {
  return factsOfScan(quickScan(text, language))
}

/** The same in objects. */
export function factsOfScan(scan: QuickScan): FileFacts {
  return { definitions: scan.definitions, references: referencesOf(scan), imports: scan.imports, exact: false }
}

function referencesOf({ references, words }: QuickScan): Reference[] {
  const { count, words: numbers, lines, kinds } = references
  return Array.from({ length: count }, (_, at) => ({
    name: words?.word(numbers[at] ?? -1) ?? '',
    line: lines[at] ?? 1,
    kind: referenceKinds[kinds[at] ?? 2] ?? 'mention',
  }))
}
