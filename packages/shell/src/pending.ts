import type { CommandEffect } from '@codeforge/contracts/shell-analysis'
import type { Word } from './words.ts'

/** A command on its way to its program. */
export interface Pending {
  readonly words: readonly Word[]
  readonly source: string
  readonly wrappers: readonly string[]
  readonly assignments: readonly { readonly name: string; readonly value: Word | null }[]
  readonly effects: readonly CommandEffect[]
  /** What `$1` and its like are in the text that a shell is given. */
  readonly parameters?: readonly Word[]
}
