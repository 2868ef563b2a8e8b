/** Bounds of what the index does to one file and in all. */
export interface IndexLimits {
  /** Larger files are not read. */
  readonly mostBytes: number
  /** Larger files are not parsed: their syntax tree would take some twenty times as much memory. */
  readonly mostParsedBytes: number
  /** Longest time that a grammar may take over one file. */
  readonly parseMilliseconds: number
  /** A thread that is silent for so long over one file is ended. */
  readonly silenceMilliseconds: number
  /** Largest size of the store's file; beyond, what no known tree uses is dropped, oldest first. */
  readonly mostStoreBytes: number
}

export const usualLimits: IndexLimits = {
  mostBytes: 2_000_000,
  mostParsedBytes: 600_000,
  parseMilliseconds: 5_000,
  silenceMilliseconds: 20_000,
  mostStoreBytes: 1_500_000_000,
}
