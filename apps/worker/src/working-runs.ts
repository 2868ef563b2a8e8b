import type { RunControl, StopKind } from '@codeforge/agent/run/control'
import type { RunId } from '@codeforge/contracts/ids'

interface Working {
  readonly runId: RunId
  readonly control: RunControl
  readonly done: Promise<void>
}

/** The runs under way in this process. */
export class WorkingRuns {
  readonly #runs = new Set<Working>()

  get count(): number {
    return this.#runs.size
  }

  has(runId: RunId): boolean {
    return this.#runs.values().some((working) => working.runId === runId)
  }

  /** Keeps a run here until its work is done, however it ends. */
  add(runId: RunId, control: RunControl, work: Promise<void>): void {
    const working: Working = { runId, control, done: work.finally(() => this.#runs.delete(working)) }
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
