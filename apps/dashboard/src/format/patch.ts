import gitdiff from 'gitdiff-parser'

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
  readonly change: 'add' | 'delete' | 'modify' | 'rename' | 'copy'
  readonly binary: boolean
  readonly insertions: number
  readonly deletions: number
  readonly hunks: readonly { readonly header: string; readonly lines: readonly DiffLine[] }[]
}

/** The files of a patch as git writes it. */
export function parsePatch(patch: string): readonly DiffFile[] {
  return gitdiff.parse(patch).map((file) => {
    const hunks = file.hunks.map(({ content, changes }) => ({ header: content, lines: changes.map(toLine) }))
    const count = (kind: DiffLine['kind']): number => hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0)
    const moved = file.type === 'rename' || file.type === 'copy'
    return {
      path: file.type === 'delete' ? file.oldPath : file.newPath,
      from: moved ? file.oldPath : null,
      change: file.type,
      binary: file.isBinary === true,
      insertions: count('insert'),
      deletions: count('delete'),
      hunks,
    }
  })
}

type Change = ReturnType<typeof gitdiff.parse>[number]['hunks'][number]['changes'][number]

function toLine(change: Change): DiffLine {
  const text = change.content
  switch (change.type) {
    case 'insert':
      return { kind: 'insert', text, before: null, after: change.lineNumber }
    case 'delete':
      return { kind: 'delete', text, before: change.lineNumber, after: null }
    case 'normal':
      return { kind: 'normal', text, before: change.oldLineNumber, after: change.newLineNumber }
  }
}
