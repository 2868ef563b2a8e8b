/** Who waits for what arrives, in whatever order the two happen. */
export class Arrivals {
  readonly #arrived = new Set<string>()
  readonly #waiting = new Map<string, () => void>()

  arrive(id: string): void {
    const waiting = this.#waiting.get(id)
    if (waiting) waiting()
    else this.#arrived.add(id)
  }

  async of(id: string): Promise<void> {
    if (this.#arrived.delete(id)) return
    await new Promise<void>((resolve) => { this.#waiting.set(id, resolve) })
    this.#waiting.delete(id)
  }
}

/** Does something so many times with so many callers at once; returns how many times a second. */
export async function perSecond(times: number, callers: number, once: () => Promise<void>): Promise<number> {
  let left = times
  const began = performance.now()
  await Promise.all(Array.from({ length: callers }, async () => {
    while (left > 0) {
      left -= 1
      await once()
    }
  }))
  return (times / (performance.now() - began)) * 1000
}
