import type { RunControl, StopKind } from '@codeforge/agent/run/control'
import type { RunId } from '@codeforge/contracts/ids'

interface Working {
  readonly runId: RunId
  readonly control: RunControl
  readonly done: Promise<void>
}

/** Runs whose last attempt is remembered; long before so many have begun, an attempt that was given up has no lease any more. */
const remembered = 1000

/** The runs under way in this process. */
export class WorkingRuns {
  readonly #runs = new Set<Working>()
  readonly #attempts = new Map<RunId, number>()

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

  /** False where this process has begun the attempt before: it was given up then, and its facts must not begin anew. */
  begins(runId: RunId, attempt: number): boolean {
    if ((this.#attempts.get(runId) ?? 0) >= attempt) return false
    this.#attempts.delete(runId)
    this.#attempts.set(runId, attempt)
    for (const oldest of this.#attempts.keys()) {
      if (this.#attempts.size <= remembered) break
      this.#attempts.delete(oldest)
    }
    return true
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
