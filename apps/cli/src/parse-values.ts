import { InvalidArgumentError } from 'commander'

/** Adds a value to those of an option that may come again. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** A whole number from 1. */
export function positiveInteger(value: string): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < 1) throw new InvalidArgumentError('Give a whole number above 0.')
  return number
}

/** Dollars: `2`, `0.50`. */
export function money(value: string): number {
  if (!/^\$?\d+(\.\d+)?$/.test(value)) throw new InvalidArgumentError('Give an amount in dollars, such as 0.50.')
  return Number(value.replace('$', ''))
}

export function port(value: string): number {
  const number = Number(value)
  if (!/^\d{1,5}$/.test(value) || number > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535; 0 takes any free one.')
  return number
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A span of time in seconds: `90`, `90s`, `30m`, `1h30m`. */
export function seconds(value: string): number {
  if (/^\d+$/.test(value) && Number(value) > 0) return Number(value)
  const parts = [...value.matchAll(/(\d+)([smhd])/g)]
  const total = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitSeconds[unit ?? 's'] ?? 0), 0)
  if (total === 0 || parts.map(([part]) => part).join('') !== value) throw new InvalidArgumentError('Give a time such as 90s, 30m or 1h30m.')
  return total
}
