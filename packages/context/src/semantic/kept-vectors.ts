import type { QuantisedVector } from '@codeforge/domain/quantise'
import type { RepositoryIndex } from '../indexer/indexed-tree.ts'
import type { SemanticSettings } from './settings.ts'

/** Raise it when the layout of the bytes or of the texts changes. */
const format = 1

/** The vectors that were paid for, in the file of the repository's index: by content, model and length. */
export interface KeptVectors {
  get(key: string): QuantisedVector | undefined
  put(vectors: readonly { readonly key: string; readonly vector: QuantisedVector }[]): void
}

export function keptVectors(
  index: Pick<RepositoryIndex, 'valueOf' | 'keepValues'>,
  { model, dimensions }: Pick<SemanticSettings, 'model' | 'dimensions'>,
): KeptVectors {
  const kind = `embedding.${format}:${dimensions ?? 'own'}:${model}`
  return {
    get(key) {
      const bytes = index.valueOf(key, kind)
      if (bytes === undefined || bytes.length <= 4) return undefined
      const scale = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true)
      return { scale, values: new Int8Array(bytes.buffer, bytes.byteOffset + 4, bytes.length - 4) }
    },
    put(vectors) {
      index.keepValues(
        vectors.map(({ key, vector: { values, scale } }) => {
          const bytes = new Uint8Array(4 + values.length)
          new DataView(bytes.buffer).setFloat32(0, scale, true)
          bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.length), 4)
          return { hash: key, kind, value: bytes }
        }),
      )
    },
  }
}
