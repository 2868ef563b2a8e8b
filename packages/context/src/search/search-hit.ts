import type { SignalName } from '../rank/signals.ts'
import type { Fusion } from '../rank/fuse.ts'
import type { SemanticEvidence } from '../semantic/tree-semantics.ts'

/** One reason for a hit, and how much of its score is due to it (0 to 1). */
export interface Reason {
  readonly signal: SignalName
  /** For people. */
  readonly text: string
  readonly share: number
}

/** A place in the tree that answers a query; lines from 1, both included [COD-13]. */
export interface SearchHit {
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  /** The definition it is or stands in. */
  readonly symbol: string | null
  readonly language: string | null
  /** Comparable within one answer only; the best hit has the highest. */
  readonly score: number
  readonly why: readonly Reason[]
}

export interface SearchOptions {
  /** Most hits. Default: as tuned [CFG-03]. */
  readonly top?: number
  /** Distinct files, each with its best place, in place of all good places. Default false. */
  readonly files?: boolean
  /** Only this file, or what lies below this directory: from the root, as people write paths. Empty or `.`: everything. */
  readonly under?: string
  /** How signals become one score. Default: as tuned. */
  readonly fusion?: Fusion
  /** What is near by meaning; without it, words, graph and history decide. */
  readonly semantic?: SemanticEvidence
}
