import type { EmbeddingReply, EmbeddingRequest } from '@codeforge/ports/embeddings'
import { z } from 'zod'
import { toldCost } from '../../http/cost.ts'
import { invalidReply } from '../../http/errors.ts'

/** Longest vector that is believed; the longest of known models has 4096 numbers. */
const mostDimensions = 16_384

const Reply = z.looseObject({
  data: z.array(z.looseObject({
    index: z.int().min(0).optional(),
    /** Some servers send base64 of little-endian floats whatever they are asked for. */
    embedding: z.union([z.array(z.number()).max(mostDimensions), z.string()]),
  })),
  usage: z.looseObject({ total_tokens: z.number().nullish(), prompt_tokens: z.number().nullish(), cost: z.unknown().optional() }).nullish().catch(null),
})

/** What a reply says, looked through before anybody counts with it: an endpoint may send anything. */
export function readReply(json: unknown, { texts, dimensions }: Pick<EmbeddingRequest, 'texts' | 'dimensions'>, costHeader: string | readonly string[] | undefined): EmbeddingReply {
  const parsed = Reply.safeParse(json)
  if (!parsed.success) throw invalidReply('is not what the protocol says.', parsed.error)
  const { data, usage } = parsed.data
  const vectors = inOrder(data.map(({ index, embedding }, place) => ({ place: index ?? place, vector: vectorOf(embedding) })), texts.length)
  checkLengths(vectors, dimensions)
  const tokens = usage?.total_tokens ?? usage?.prompt_tokens ?? null
  return {
    vectors,
    tokens: tokens !== null && Number.isFinite(tokens) && tokens > 0 ? Math.round(tokens) : null,
    costMicroUsd: toldCost(usage?.cost) ?? toldCost(costHeader),
  }
}

function inOrder(given: readonly { readonly place: number; readonly vector: Float32Array }[], wanted: number): readonly Float32Array[] {
  const ordered = new Array<Float32Array | undefined>(wanted).fill(undefined)
  for (const { place, vector } of given) {
    if (place >= wanted || ordered[place] !== undefined) throw invalidReply(`has a vector in place ${place + 1} of ${wanted} that is not asked for.`)
    ordered[place] = vector
  }
  return ordered.map((vector) => {
    if (vector === undefined) throw invalidReply(`has ${given.length} vectors for ${wanted} texts.`)
    return vector
  })
}

function checkLengths(vectors: readonly Float32Array[], dimensions: number | null): void {
  const length = dimensions ?? vectors[0]?.length ?? 0
  for (const vector of vectors) {
    if (vector.length !== length || length === 0) throw invalidReply(`has a vector of ${vector.length} numbers where ${length} are due.`)
    if (!vector.every(Number.isFinite)) throw invalidReply('has a vector with something that is no number.')
    if (vector.every((value) => value === 0)) throw invalidReply('has a vector of zeros, which points nowhere.')
  }
}

function vectorOf(embedding: readonly number[] | string): Float32Array {
  if (typeof embedding !== 'string') return Float32Array.from(embedding)
  const bytes = Buffer.from(embedding, 'base64')
  if (bytes.length % 4 !== 0 || bytes.length > mostDimensions * 4) throw invalidReply('has a vector that is no base64 of floats.')
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
}
