import type { NearVector } from '@codeforge/ports/vector-index'

/** Keeps the nearest of those that are offered; ties in the order of ids. */
export class Nearest {
  readonly #top: number
  readonly #kept: NearVector[] = []

  constructor(top: number) {
    this.#top = top
  }

  offer(id: string, score: number): void {
    const last = this.#kept.at(-1)
    const offered = { id, score }
    if (this.#kept.length >= this.#top && (last === undefined || order(last, offered) <= 0)) return
    let [from, until] = [0, this.#kept.length]
    while (from < until) {
      const middle = (from + until) >> 1
      const one = this.#kept[middle]
      if (one !== undefined && order(one, offered) <= 0) from = middle + 1
      else until = middle
    }
    this.#kept.splice(from, 0, offered)
    if (this.#kept.length > this.#top) this.#kept.pop()
  }

  list(): readonly NearVector[] {
    return this.#kept
  }
}

function order(one: NearVector, other: NearVector): number {
  return other.score - one.score || (one.id < other.id ? -1 : 1)
}
