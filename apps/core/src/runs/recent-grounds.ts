import type { Repositories } from '@codeforge/ports/store/store'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import { cover, readGrounds } from './admission.ts'
import type { Grounds } from './admission.ts'
import type { RunRequest } from './prepare-run.ts'

/** What was read so long ago at most may judge the next batch, in milliseconds: that of a full crowd takes four. */
const recentMs = 25

type GroundsPorts = Pick<CorePorts, 'clock' | 'maintenance'>

/**
 * What requests are judged by, read once for several batches: where many ask at once, the reads cost the server an eighth of accepting, and a round trip for which all of them wait.
 * A request that comes alone is always judged by what is stored now, and so is everybody while runs wait in the outbox. Whoever stores by these checks that the projects are still the same.
 */
export class RecentGrounds {
  readonly #ports: GroundsPorts
  readonly #config: CoreConfig
  #recent: { readonly grounds: Promise<Grounds>; readonly known: Grounds; readonly at: number } | null = null
  #underWay = 0
  /** What was begun to be read before is not kept. */
  #forgotten = 0

  constructor(ports: GroundsPorts, config: CoreConfig) {
    this.#ports = ports
    this.#config = config
  }

  /** Does a batch's work; what it read is forgotten where the work fails. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#underWay += 1
    try {
      return await work()
    } catch (error) {
      this.forget()
      throw error
    } finally {
      this.#underWay -= 1
    }
  }

  /** What was read counts no more: the outbox has grown since. */
  forget(): void {
    this.#recent = null
    this.#forgotten += 1
  }

  /** What these requests are judged by. */
  of(repositories: Repositories, requests: readonly RunRequest[]): Promise<Grounds> {
    const at = this.#ports.clock.monotonic()
    const recent = this.#recent
    const isCrowd = this.#underWay > 1 || requests.length > 1
    if (recent && isCrowd && at - recent.at <= recentMs && recent.known.pending === 0 && cover(recent.known, requests)) return recent.grounds
    const forgotten = this.#forgotten
    const grounds = readGrounds(this.#ports, this.#config, repositories, requests)
    grounds.then((known) => { if (forgotten === this.#forgotten) this.#recent = { grounds, known, at } }, () => undefined)
    return grounds
  }
}
