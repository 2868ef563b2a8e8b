/** Dollars from micro-dollars, with as many digits as tell something. */
export function money(microUsd: number): string {
  const dollars = microUsd / 1_000_000
  if (dollars === 0) return '$0'
  if (dollars < 0.0001) return '<$0.0001'
  if (dollars < 0.1) return `$${dollars.toFixed(4)}`
  return `$${dollars.toFixed(2)}`
}

/** A count in few characters: 950, 1.2k, 34k, 5.6M. */
export function compact(count: number): string {
  if (count < 1000) return String(count)
  if (count < 999_500) return `${trim(count / 1000)}k`
  return `${trim(count / 1_000_000)}M`
}

/** Bytes in few characters. */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : trim(value)} ${units[unit]}`
}

/** `1 test`, `2 tests`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function trim(value: number): string {
  return value < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value))
}
