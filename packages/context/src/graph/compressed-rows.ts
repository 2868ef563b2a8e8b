/** Items grouped by a key from 0 on: the items of key `k` are `items[starts[k]]` to `items[starts[k + 1] - 1]`, in their order. */
export interface CompressedRows {
  readonly starts: Uint32Array
  readonly items: Uint32Array
}

/** Groups the numbers of `keys` by their key, by counting sort. */
export function groupByKey(keys: Uint32Array, count: number): CompressedRows {
  const starts = new Uint32Array(count + 1)
  for (const key of keys) starts[key + 1] = (starts[key + 1] as number) + 1
  for (let key = 0; key < count; key += 1) starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number)
  const next = starts.slice()
  const items = new Uint32Array(keys.length)
  for (let item = 0; item < keys.length; item += 1) {
    const key = keys[item] as number
    const place = next[key] as number
    items[place] = item
    next[key] = place + 1
  }
  return { starts, items }
}

export function itemsOf({ starts, items }: CompressedRows, key: number): Uint32Array {
  return key < 0 || key + 1 >= starts.length ? items.subarray(0, 0) : items.subarray(starts[key], starts[key + 1])
}

/** Among rows in the order of files, the place of the first of a file or of one behind it. */
export function firstOf(rows: Uint32Array, files: Uint32Array, file: number): number {
  let [from, to] = [0, rows.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((files[rows[middle] as number] as number) < file) from = middle + 1
    else to = middle
  }
  return from
}
