/** What a layout is made of: files by their places in a list, and what connects them. */
export interface LayoutRequest {
  readonly files: number
  readonly edges: readonly { readonly from: number; readonly to: number; readonly weight: number }[]
  /** Milliseconds between two states that are told. */
  readonly everyMs: number
}

/** Where the files are now: x and y of each in turn. */
export interface LayoutState {
  readonly positions: Float32Array
  readonly settled: boolean
}

/** A spiral to begin with: the same tree gives the same picture. */
export function startOf(place: number): { readonly x: number; readonly y: number } {
  const angle = place * 2.399963 // the golden angle
  return { x: Math.sqrt(place) * Math.cos(angle), y: Math.sqrt(place) * Math.sin(angle) }
}
