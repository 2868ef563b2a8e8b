import type { Fusion } from '../rank/fuse.ts'

/** How a repository is searched where a question does not say: settings of the installation [CFG-02, CFG-03]. Plain data, so that it travels to a thread. */
export interface SearchTuning {
  /** Most hits. */
  readonly topK: number
  /** How signals become one score. */
  readonly fusion: Fusion
  /** Whether a pack takes neighbours of what was found from the graph. */
  readonly graphEnabled: boolean
  /** Most edges from what was found. */
  readonly graphMaxHops: number
  /** Most neighbours. */
  readonly graphTopK: number
  /** What each edge leaves of a score, above 0 and at most 1. */
  readonly graphHopDecay: number
}

/** Defaults of SPEC CFG-02 and CFG-03; of the fusion, what measured best. */
export const usualTuning: SearchTuning = {
  topK: 20,
  fusion: 'weighted',
  graphEnabled: true,
  graphMaxHops: 2,
  graphTopK: 10,
  graphHopDecay: 0.7,
}
