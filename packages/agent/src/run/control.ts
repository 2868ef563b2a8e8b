/** Why a run is stopped from outside, at once. */
export type StopKind = 'cancelled' | 'lost' | 'timeout' | 'handed-over'

/** The reason of a run's abort signal. */
export class RunStopped extends Error {
  readonly kind: StopKind

  constructor(kind: StopKind) {
    super(`the run was stopped: ${kind}`)
    this.name = 'RunStopped'
    this.kind = kind
  }
}

/** How the outside steers a run: stops at once, or wishes that are met between two steps. */
export class RunControl {
  readonly #stop = new AbortController()
  readonly #lost = new AbortController()
  #wish: 'pause' | 'hand-over' | null = null

  /** Aborts with a RunStopped. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Aborts only when the attempt is no longer ours: until then what happened may be told. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** What to do between two steps; a shutdown goes before a pause. */
  get wish(): 'pause' | 'hand-over' | null {
    return this.#wish
  }

  stop(kind: StopKind): void {
    this.#stop.abort(new RunStopped(kind))
    if (kind === 'lost') this.#lost.abort(new RunStopped('lost'))
  }

  pause(): void {
    this.#wish ??= 'pause'
  }

  handOver(): void {
    this.#wish = 'hand-over'
  }
}
