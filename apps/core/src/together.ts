import { CodeForgeError } from '@codeforge/contracts/error-code'

/** What became of one of several things that were done together. */
export type Outcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'refused'; readonly error: unknown }

/** The outcome of one thing. */
export async function attempted<Result>(work: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { kind: 'done', result: await work() }
  } catch (error) {
    return { kind: 'refused', error }
  }
}

/** The same of one that waits for nothing. */
export function attemptedNow<Result>(work: () => Result): Outcome<Result> {
  try {
    return { kind: 'done', result: work() }
  } catch (error) {
    return { kind: 'refused', error }
  }
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

export interface TogetherOptions<Item> {
  /** Items of one batch. */
  readonly most: number
  /** Batches under way at once: while one waits for the disk, the next is made. */
  readonly batches: number
  /** What an item weighs and how much a batch may, so that what comes in step parts into batches that overlap. An item that weighs more goes alone. Default: only their number counts. */
  readonly weight?: { readonly most: number; of(this: void, item: Item): number }
}

/**
 * Does what comes while earlier work is under way in one go: the busier it is, the more share a transaction, and nobody
 * waits for a timer. `work` answers for each item, in order. Where a batch fails altogether, each of it is done alone, so that
 * one bad item does not harm the others; not where the store is away, since nobody knows then what was committed.
 */
export function together<Item, Result>(
  { most, batches, weight }: TogetherOptions<Item>, work: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>,
): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = []
  let underWay = 0
  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    const outcome = await attempted(async () => work(batch.map(({ item }) => item)))
    if (outcome.kind === 'done') return answer(batch, outcome.result)
    if (batch.length === 1 || isAway(outcome.error)) return answer(batch, batch.map(() => outcome))
    for (const one of batch) await settle([one])
  }
  const begin = (): void => {
    while (underWay < batches && queue.length > 0) {
      underWay += 1
      void settle(queue.splice(0, weight ? Math.min(most, lightEnough(queue, weight)) : most)).finally(() => {
        underWay -= 1
        begin()
      })
    }
  }
  return async (item) => new Promise((resolve, reject) => {
    queue.push({ item, resolve, reject })
    // After everything that is ready now, so that what arrived together goes together.
    if (queue.length === 1) setImmediate(begin)
  })
}

/** How many of what waits weigh no more together than a batch may; one at least. */
function lightEnough<Item>(queue: readonly { readonly item: Item }[], weight: NonNullable<TogetherOptions<Item>['weight']>): number {
  let weighed = 0
  const end = queue.findIndex(({ item }, index) => (weighed += weight.of(item)) > weight.most && index > 0)
  return end < 0 ? queue.length : end
}

function answer<Item, Result>(batch: readonly Waiting<Item, Result>[], outcomes: readonly Outcome<Result>[]): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const outcome = outcomes[index]
    if (outcome?.kind === 'done') resolve(outcome.result)
    else reject(outcome?.error ?? new Error('an item of a batch came to no outcome'))
  }
}

function isAway(error: unknown): boolean {
  return error instanceof CodeForgeError && (error.code === 'store-unavailable' || error.code === 'disk-full')
}
