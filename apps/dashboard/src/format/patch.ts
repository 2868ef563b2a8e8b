import { parsePatch as parse } from 'diff'
import type { StructuredPatch, StructuredPatchHunk } from 'diff'

export interface DiffLine {
  readonly kind: 'insert' | 'delete' | 'normal'
  readonly text: string
  readonly before: number | null
  readonly after: number | null
}

export interface DiffFile {
  readonly path: string
  /** Where it was before, when it was moved or copied. */
  readonly from: string | null
  readonly change: 'added' | 'deleted' | 'changed' | 'moved' | 'copied'
  readonly binary: boolean
  readonly insertions: number
  readonly deletions: number
  readonly hunks: readonly { readonly header: string; readonly lines: readonly DiffLine[] }[]
}

/** The files of a patch as git writes it. Null where it is no whole patch, for example because it was cut. */
export function parsePatch(patch: string): readonly DiffFile[] | null {
  if (patch.trim() === '') return []
  try {
    return parse(patch).map(toFile)
  } catch {
    return null
  }
}

function toFile(file: StructuredPatch): DiffFile {
  const hunks = file.hunks.map((hunk) => ({
    header: `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`, lines: toLines(hunk),
  }))
  const count = (kind: DiffLine['kind']): number => hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0)
  const change = changeOf(file)
  const before = withoutPrefix(file.oldFileName)
  const after = withoutPrefix(file.newFileName)
  return {
    path: change === 'deleted' ? before : after,
    from: change === 'moved' || change === 'copied' ? before : null,
    change,
    binary: 'isBinary' in file && file.isBinary === true,
    insertions: count('insert'),
    deletions: count('delete'),
    hunks,
  }
}

function changeOf(file: StructuredPatch): DiffFile['change'] {
  if (file.isCreate === true || file.oldFileName === '/dev/null') return 'added'
  if (file.isDelete === true || file.newFileName === '/dev/null') return 'deleted'
  if (file.isRename === true) return 'moved'
  return file.isCopy === true ? 'copied' : 'changed'
}

function withoutPrefix(name: string | undefined): string {
  return (name ?? '').replace(/^[ab]\//, '')
}

function toLines({ oldStart, newStart, lines }: StructuredPatchHunk): readonly DiffLine[] {
  let before = oldStart
  let after = newStart
  return lines.flatMap((line): DiffLine[] => {
    const text = line.slice(1)
    if (line.startsWith('+')) return [{ kind: 'insert', text, before: null, after: after++ }]
    if (line.startsWith('-')) return [{ kind: 'delete', text, before: before++, after: null }]
    if (line.startsWith(' ')) return [{ kind: 'normal', text, before: before++, after: after++ }]
    return [] // the remark that a file does not end with a new line
  })
}
