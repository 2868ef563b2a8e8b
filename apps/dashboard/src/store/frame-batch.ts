export interface FrameBatch<Item> {
  add(item: Item): void
  /** Drops what waits. */
  cancel(): void
}

/** Collects items and hands them over together, at most once per drawn frame; a hidden page draws none, so a timer stands in. */
export function frameBatch<Item>(take: (items: readonly Item[]) => void): FrameBatch<Item> {
  let waiting: Item[] = []
  let frame: number | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  const clear = (): void => {
    if (frame !== null) cancelAnimationFrame(frame)
    if (timer !== null) clearTimeout(timer)
    frame = null
    timer = null
  }
  const flush = (): void => {
    clear()
    const items = waiting
    waiting = []
    take(items)
  }
  return {
    add(item) {
      waiting.push(item)
      if (timer !== null) return
      frame = requestAnimationFrame(flush)
      timer = setTimeout(flush, 250)
    },
    cancel() {
      clear()
      waiting = []
    },
  }
}
