import type { Keyword } from '../keywords/extract-keywords.ts'

/** What an entry is made of [CTX-01]; `map`, `memory` and `skill` join [CTX-06]. */
export type PackEntryKind = 'file' | 'snippet' | 'summary' | 'shared' | 'hybrid' | 'graph' | 'map' | 'memory' | 'skill'

/** A piece of context before it is known whether it fits. */
export interface PackCandidate {
  readonly kind: PackEntryKind
  /** Path with lines, or a name. */
  readonly source: string
  /** Why it was chosen, for people. */
  readonly reason: string
  /** What found it: a signal, a graph path, the task itself, the caller. */
  readonly provenance: string
  /** From 0 to 100; higher ones are worth more for each token [CTX-04]. */
  readonly priority: number
  readonly text: string
  /** Where the text lies, so that neighbours can be joined. */
  readonly place?: { readonly path: string; readonly startLine: number; readonly endLine: number }
}

/** A candidate that was packed, with what it costs. */
export interface PackEntry extends PackCandidate {
  readonly tokens: number
}

export interface ContextPack {
  readonly entries: readonly PackEntry[]
  readonly tokens: number
  /** How tokens were counted: by the model's own tokenizer, or by an estimate that leans to too many. */
  readonly counted: 'tokenizer' | 'estimate'
  /** Sentences on what was left out or failed. */
  readonly note: string
  /** As the model sees it. */
  readonly text: string
  /** What the task was taken to be about, most telling first; none where the tree was listed and not searched. */
  readonly keywords?: readonly Keyword[]
}
