import { createHash } from 'node:crypto'
import { type BlobRef, Digest } from '@codeforge/contracts/blob'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ArtifactStore } from '../artifact-store.ts'

export interface StoredBytes {
  readonly bytes: Uint8Array
  readonly storedAt: Date
}

/** An ArtifactStore in memory, for tests; `stored` may be shared by several. */
export function memoryArtifactStore(stored = new Map<Digest, StoredBytes>()): ArtifactStore & AsyncDisposable {
  const read = (digest: Digest, signal: AbortSignal): Uint8Array => {
    signal.throwIfAborted()
    const found = stored.get(digest)
    if (!found) throw new CodeForgeError('not-found', `There is no artifact ${digest}.`)
    if (digestOf(found.bytes) !== digest) throw new CodeForgeError('artifact-corrupt', `The artifact ${digest} is not what was stored.`)
    return found.bytes
  }
  return {
    async put(source, mediaType, signal) {
      const bytes = await collected(source, signal)
      const digest = digestOf(bytes)
      stored.set(digest, { bytes, storedAt: new Date() })
      return { kind: 'blob', digest, size: bytes.byteLength, mediaType, preview: previewOf(bytes, mediaType) } satisfies BlobRef
    },
    get: async (digest, signal) => read(digest, signal),
    async *stream(digest, signal) {
      const bytes = read(digest, signal)
      for (let start = 0; start < bytes.byteLength; start += 65_536) yield bytes.slice(start, start + 65_536)
    },
    has: async (digest) => stored.has(digest),
    async delete(digest) {
      stored.delete(digest)
    },
    async *list() {
      for (const [digest, { bytes, storedAt }] of stored) yield { digest, size: bytes.byteLength, storedAt }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

async function collected(source: Uint8Array | AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    signal.throwIfAborted()
    pieces.push(piece)
  }
  signal.throwIfAborted()
  return Buffer.concat(pieces)
}

function digestOf(bytes: Uint8Array): Digest {
  return Digest.parse(createHash('sha256').update(bytes).digest('hex'))
}

function previewOf(bytes: Uint8Array, mediaType: string): string {
  if (!/^(text\/|application\/json\b)/.test(mediaType)) return ''
  const text = new TextDecoder().decode(bytes).replaceAll(/[^\P{Cc}\n\t]/gu, '�')
  return text.slice(0, 1024).replace(/[\uD800-\uDBFF]$/, '')
}
