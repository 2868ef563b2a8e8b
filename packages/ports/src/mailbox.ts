/** One side pushes, the other iterates. With a limit, the oldest unread item makes room for the newest. */
export class Mailbox<Item> implements AsyncIterableIterator<Item> {
  readonly #limit: number
  readonly #onReturn: () => void
  #unread: Item[] = []
  #waiting: { resolve(result: IteratorResult<Item>): void; reject(reason: unknown): void }[] = []
  #end: { readonly error?: unknown } | undefined

  constructor(options: { readonly limit?: number; readonly onReturn?: () => void } = {}) {
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY
    this.#onReturn = options.onReturn ?? (() => undefined)
  }

  push(item: Item): void {
    if (this.#end) return
    const reader = this.#waiting.shift()
    if (reader) return reader.resolve({ done: false, value: item })
    this.#unread.push(item)
    if (this.#unread.length > this.#limit) this.#unread.shift()
  }

  /** Takes out what nobody has read yet. */
  takeUnread(): readonly Item[] {
    return this.#unread.splice(0)
  }

  /** Ends the iteration after what is still unread; with an error, the reader gets it last. */
  close(error?: unknown): void {
    if (this.#end) return
    this.#end = error === undefined ? {} : { error }
    const waiting = this.#waiting.splice(0)
    for (const [index, reader] of waiting.entries()) {
      if (index === 0 && error !== undefined) reader.reject(error)
      else reader.resolve({ done: true, value: undefined })
    }
  }

  next(): Promise<IteratorResult<Item>> {
    const item = this.#unread.shift()
    if (item !== undefined) return Promise.resolve({ done: false, value: item })
    if (this.#end) return this.#next(this.#end)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  return(): Promise<IteratorResult<Item>> {
    this.close()
    this.#onReturn()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #next(end: { readonly error?: unknown }): Promise<IteratorResult<Item>> {
    this.#end = {}
    return end.error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(end.error)
  }
}
