import { hashedDimensions, hashedModel, hashedVector } from '@codeforge/ports/testing/hashed-embeddings'
import { z } from 'zod'

const Request = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
  dimensions: z.int().min(1).max(4096).optional(),
})

/** What an embeddings request is answered with: status and body. Vectors are hashed bags of words, so that equal texts always get equal ones. */
export function embeddingsReply(body: unknown): { readonly status: number; readonly body: object } {
  const parsed = Request.safeParse(body)
  if (!parsed.success) return { status: 400, body: { error: { message: parsed.error.message, type: 'invalid_request_error', code: null } } }
  const { model, input, dimensions } = parsed.data
  if (model !== hashedModel) return { status: 404, body: { error: { message: `The model '${model}' does not exist`, type: 'invalid_request_error', code: 'model_not_found' } } }
  const texts = typeof input === 'string' ? [input] : input
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: [...hashedVector(text, dimensions ?? hashedDimensions)] }))
  return { status: 200, body: { object: 'list', model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } } }
}
