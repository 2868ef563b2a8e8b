import type { RunControl, StopKind } from '@codeforge/agent/run/control'

interface Working {
  readonly control: RunControl
  readonly done: Promise<void>
}

/** The runs under way in this process. */
export class WorkingRuns {
  readonly #runs = new Set<Working>()

  get count(): number {
    return this.#runs.size
  }

  /** Keeps a run here until its work is done, however it ends. */
  add(control: RunControl, work: Promise<void>): void {
    const working: Working = { control, done: work.finally(() => this.#runs.delete(working)) }
    this.#runs.add(working)
  }

  /** Asks each run to stop after the step it is in. */
  handOver(): void {
    for (const { control } of this.#runs) control.handOver()
  }

  stop(kind: StopKind): void {
    for (const { control } of this.#runs) control.stop(kind)
  }

  /** Resolves when none is left. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.#runs].map(({ done }) => done))
  }
}
