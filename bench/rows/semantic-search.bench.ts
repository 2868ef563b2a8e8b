import { nearness } from '@codeforge/context/rank/nearness'
import { TreeVectors } from '@codeforge/context/semantic/tree-vectors'
import { quantise, unitVector } from '@codeforge/domain/quantise'
import type { Family } from '../harness/family.ts'
import { generatedChunks } from '../scenes/generated-code.ts'
import { generatedModel } from '../scenes/generated-tree.ts'
import { scriptedVectors } from '../scenes/scripted-vectors.ts'

const chunkCount = 100_000
/** As many numbers as small embedding models give. */
const dimensions = 384
const queries = 12
const nearest = 20
/** Share of the nearest by whole numbers that must be among the nearest by bytes. */
const leastAgreement = 0.9
const median = 'semantic search: one query, 100,000 vectors, median'
const slow = 'semantic search: one query, 100,000 vectors, 95th percentile'
const signal = new AbortController().signal

/** What a search waits for once it has the vector of its query: exact cosines over bytes, and how near that makes each file. */
export const family: Family = {
  name: 'semantic search',
  rows: [median, slow].map((name) => ({ name, unit: 'ms', comparedWith: 'a loop over the same vectors in four bytes a number', marks: [] })),
  async open() {
    const { model } = generatedModel(generatedChunks(chunkCount), [])
    const vectors = scriptedVectors(chunkCount, dimensions)
    let next = 0
    const rowOf = new Map<string, number>()
    const tree = new TreeVectors({
      maySend: () => true,
      mostBytes: chunkCount * dimensions * 2,
      kept: {
        get: (key) => {
          const row = rowOf.get(key) ?? next++ % chunkCount
          rowOf.set(key, row)
          return quantise(vectors.subarray(row * dimensions, (row + 1) * dimensions))
        },
        put: () => undefined,
      },
    })
    await tree.follow(model, signal)
    const { embedded } = tree.coverage()
    if (embedded < chunkCount * 0.99) throw new Error(`Only ${embedded} chunks have a vector.`)
    const asked = scriptedVectors(queries, dimensions, 99)
    const queryAt = (at: number) => unitVector(asked.slice(at * dimensions, (at + 1) * dimensions)) ?? new Float32Array(dimensions)
    const bytes = (query: Float32Array) => tree.cosines(model, query, [])
    checkAgreement(queryAt(0), bytes, vectors)
    return {
      ours: () => Promise.resolve(timed((at) => nearness(bytes(queryAt(at)), model.text))),
      baseline: () => Promise.resolve(timed((at) => best(wholeCosines(vectors, queryAt(at))))),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  },
}

function timed(ask: (query: number) => unknown) {
  const times = Array.from({ length: queries }, (_, query) => {
    const started = performance.now()
    ask(query)
    return performance.now() - started
  }).sort((one, other) => one - other)
  return { [median]: times[times.length >> 1] ?? 0, [slow]: times[Math.floor(times.length * 0.95)] ?? 0 }
}

function wholeCosines(vectors: Float32Array, query: Float32Array): Float32Array {
  const cosines = new Float32Array(vectors.length / query.length)
  for (let row = 0, from = 0; row < cosines.length; row += 1, from += query.length) {
    let [one, two, three, four] = [0, 0, 0, 0]
    for (let at = 0; at < query.length; at += 4) {
      one += (query[at] ?? 0) * (vectors[from + at] ?? 0)
      two += (query[at + 1] ?? 0) * (vectors[from + at + 1] ?? 0)
      three += (query[at + 2] ?? 0) * (vectors[from + at + 2] ?? 0)
      four += (query[at + 3] ?? 0) * (vectors[from + at + 3] ?? 0)
    }
    cosines[row] = one + two + three + four
  }
  return cosines
}

/** The highest values, highest first. */
function best(cosines: Float32Array): readonly number[] {
  return [...cosines].sort((one, other) => other - one).slice(0, nearest)
}

/** A byte a number must find what whole numbers find, or its speed says nothing. */
function checkAgreement(query: Float32Array, bytes: (query: Float32Array) => Float32Array, vectors: Float32Array): void {
  const floor = best(wholeCosines(vectors, query)).at(-1) ?? 0
  const agreeing = best(bytes(query)).filter((cosine) => cosine >= floor - 0.002).length
  if (agreeing < nearest * leastAgreement) throw new Error(`Only ${agreeing} of ${nearest} nearest are found by bytes.`)
}
