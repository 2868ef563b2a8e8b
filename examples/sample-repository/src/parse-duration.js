const secondsOf = { s: 1, m: 60, h: 3600, d: 86400 }

/** Seconds of a duration such as `45s`, `10m` or `1h30m`. */
export function parseDuration(text) {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new RangeError(`not a duration: ${JSON.stringify(text)}`)
  }
  let total = 0
  for (const [, count, unit] of parts) {
    total = Number(count) * secondsOf[unit]
  }
  return total
}
