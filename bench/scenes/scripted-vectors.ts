/** Vectors of length 1, side by side, that are the same in each run: around a thousand centres, as texts about the same thing are. */
export function scriptedVectors(count: number, dimensions: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1
  const centres = Float32Array.from({ length: Math.min(count, 1000) * dimensions }, next)
  const vectors = new Float32Array(count * dimensions)
  for (let row = 0; row < count; row += 1) {
    const from = row * dimensions
    const centre = ((row * 7919) % Math.min(count, 1000)) * dimensions
    let squares = 0
    for (let at = 0; at < dimensions; at += 1) {
      const value = (centres[centre + at] ?? 0) + next()
      vectors[from + at] = value
      squares += value * value
    }
    const length = Math.sqrt(squares)
    for (let at = 0; at < dimensions; at += 1) vectors[from + at] = (vectors[from + at] ?? 0) / length
  }
  return vectors
}
