/** A vector of unit length in a byte a number: `values[i] * scale` is about the number that was. */
export interface QuantisedVector {
  readonly values: Int8Array
  readonly scale: number
}

const most = 127

/** The same direction with length 1; undefined where there is no direction, or something is no number. */
export function unitVector(vector: Float32Array): Float32Array | undefined {
  let squares = 0
  for (const value of vector) squares += value * value
  const length = Math.sqrt(squares)
  return Number.isFinite(length) && length > 0 ? vector.map((value) => value / length) : undefined
}

/**
 * Symmetric linear quantisation to 8 bits: scale = max |x| / 127, value = round(x / scale). No number is off by more than half
 * a scale. Source: Jacob et al., Quantization and Training of Neural Networks (arXiv 1712.05877), with a zero point of 0.
 */
export function quantise(unit: Float32Array): QuantisedVector {
  let highest = 0
  for (const value of unit) highest = Math.max(highest, Math.abs(value))
  const scale = highest / most
  return { values: Int8Array.from(unit, (value) => (scale === 0 ? 0 : Math.round(value / scale))), scale }
}

/** Cosine of a unit vector and a quantised one that begins at a place of `values`. */
export function cosine(unit: Float32Array, values: Int8Array, from: number, scale: number): number {
  const { length } = unit
  const even = length - (length % 4)
  let [one, two, three, four] = [0, 0, 0, 0]
  // Four sums do not wait for each other.
  for (let at = 0; at < even; at += 4) {
    one += (unit[at] ?? 0) * (values[from + at] ?? 0)
    two += (unit[at + 1] ?? 0) * (values[from + at + 1] ?? 0)
    three += (unit[at + 2] ?? 0) * (values[from + at + 2] ?? 0)
    four += (unit[at + 3] ?? 0) * (values[from + at + 3] ?? 0)
  }
  for (let at = even; at < length; at += 1) one += (unit[at] ?? 0) * (values[from + at] ?? 0)
  return (one + two + three + four) * scale
}
