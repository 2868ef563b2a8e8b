import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Unit } from './batch.ts'
import { isSmall, shrinkFact } from './shrink.ts'
import { isSpend } from './spend.ts'
import type { Spool } from './spool.ts'

/** Facts that came at once. */
export interface Told {
  readonly at: string
  readonly facts: readonly Fact[]
}

export interface Kept {
  /** What is to be sent. */
  readonly units: readonly Unit[]
  /** Why not all that was told is among the units: then only what was spent is. */
  readonly refused: { readonly error: unknown } | null
  /** Why the units are in memory alone; null: they are in the spool. */
  readonly unwritten: { readonly error: unknown } | null
}

/** Gives facts their ordinals and keeps them in the spool; what finds no room there goes along with the next that does. */
export class FactKeeper {
  readonly #spool: Spool
  readonly #artifactStore: Pick<ArtifactStore, 'put'>
  #ordinal = 0
  #unwritten: OrdinalFact[] = []

  constructor(spool: Spool, artifactStore: Pick<ArtifactStore, 'put'>) {
    this.#spool = spool
    this.#artifactStore = artifactStore
  }

  async keep(group: readonly Told[], signal: AbortSignal): Promise<Kept> {
    const { told, refused } = await this.#shrink(group, signal)
    const units = told.map(({ at, facts }) => facts.map((fact): OrdinalFact => ({ ordinal: (this.#ordinal += 1), at, fact })))
    this.#unwritten.push(...units.flat())
    return { units, refused, unwritten: await this.#write() }
  }

  /** Core has everything that was kept. */
  async settled(): Promise<void> {
    this.#unwritten = []
    await this.#spool.settled().catch(() => undefined)
  }

  /** What stays unsent waits in the spool; the facts that found no room in it, to the last, are returned. */
  async close({ unsent }: { readonly unsent: boolean }): Promise<readonly OrdinalFact[]> {
    if (unsent) await this.#write()
    await this.#spool.close({ remove: !unsent })
    return unsent ? this.#unwritten : []
  }

  async #write(): Promise<Kept['unwritten']> {
    if (this.#unwritten.length === 0) return null
    try {
      await this.#spool.append(this.#unwritten)
      this.#unwritten = []
      return null
    } catch (error) {
      return { error }
    }
  }

  async #shrink(group: readonly Told[], signal: AbortSignal): Promise<{ readonly told: readonly Told[]; readonly refused: Kept['refused'] }> {
    try {
      const told: Told[] = []
      for (const { at, facts } of group) {
        const small: Fact[] = []
        for (const fact of facts) small.push(isSmall(fact) ? fact : await shrinkFact(fact, this.#artifactStore, signal))
        told.push({ at, facts: small })
      }
      return { told, refused: null }
    } catch (error) {
      const paid = group.map(({ at, facts }) => ({ at, facts: facts.flatMap((fact) => spendOf(fact, error)) }))
      return { told: paid.filter(({ facts }) => facts.length > 0), refused: { error } }
    }
  }
}

/** What of a fact is told even where the fact itself cannot be: its money is spent. */
function spendOf(fact: Fact, error: unknown): Fact[] {
  if (!isSpend(fact)) return []
  if (fact.kind !== 'model.completed') return [fact]
  const { turn, model, costMicroUsd, holdId } = fact
  const code = error instanceof CodeForgeError ? error.code : 'internal'
  return [{ kind: 'model.failed', turn, model, code, message: 'The reply came, and could not be kept.', willRetry: false, costMicroUsd, holdId }]
}
