import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Embeddings } from '../embeddings.ts'

/** The model that the fake and the scripted server have. */
export const hashedModel = 'hashed-words'
export const hashedDimensions = 64

/**
 * A bag of words: each word adds 1 or -1 at a place that its hash (FNV-1a) chooses. Texts that share words lie near each other
 * and that is all: it says nothing of how well a real model does.
 */
export function hashedVector(text: string, dimensions: number = hashedDimensions): Float32Array {
  const vector = new Float32Array(dimensions)
  for (const word of text.toLowerCase().match(/[a-z0-9]{2,}/g) ?? ['']) {
    const hash = hashOf(word)
    const place = (hash >>> 1) % dimensions
    vector[place] = (vector[place] ?? 0) + ((hash & 1) === 0 ? 1 : -1)
  }
  const length = Math.hypot(...vector)
  // Words may cancel each other out; a vector without a direction would be none.
  if (length === 0) vector[0] = 1
  return vector.map((value) => value / (length || 1))
}

function hashOf(word: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** An Embeddings without a network. */
export function hashedEmbeddings(): Embeddings & AsyncDisposable {
  return {
    async embed({ model, texts, dimensions }, signal) {
      signal.throwIfAborted()
      if (model !== hashedModel) throw new CodeForgeError('llm-bad-request', `There is no model '${model}'.`)
      const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
      return { vectors: texts.map((text) => hashedVector(text, dimensions ?? hashedDimensions)), tokens, costMicroUsd: null }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
