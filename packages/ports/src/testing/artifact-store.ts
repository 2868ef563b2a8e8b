import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { BlobRef, Digest } from '@codeforge/contracts/blob'
import type { ArtifactStore } from '../artifact-store.ts'

export interface ArtifactStoreUnderTest extends AsyncDisposable {
  readonly store: ArtifactStore & AsyncDisposable
  /** Changes stored bytes behind the store's back. */
  corrupt(digest: Digest): Promise<void>
  /** Another store on the same data, as after a restart. */
  reopen(): Promise<ArtifactStore & AsyncDisposable>
}

type Open = () => Promise<ArtifactStoreUnderTest>

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const digestOf = (bytes: Uint8Array): Digest => Digest.parse(createHash('sha256').update(bytes).digest('hex'))
const never = new AbortController().signal
const unknown = digestOf(bytesOf('never stored'))

/** What every ArtifactStore must do. */
export function describeArtifactStoreContract(name: string, open: Open): void {
  describe(`artifact-store contract: ${name}`, () => {
    describeStoring(open)
    describeIntegrity(open)
    describeInterruption(open)
  })
}

function describeStoring(open: Open): void {
  test('stores bytes under their SHA-256, and gives them back', async () => {
    await using subject = await open()
    const bytes = bytesOf('one\nüber')
    const blob = await subject.store.put(bytes, 'text/plain', never)
    assert.deepEqual(blob, { kind: 'blob', digest: digestOf(bytes), size: 9, mediaType: 'text/plain', preview: 'one\nüber' })
    assert.deepEqual(BlobRef.parse(blob), blob)
    assert.deepEqual(Buffer.from(await subject.store.get(blob.digest, never)), Buffer.from(bytes))
  })

  test('stores a stream as it stores its bytes; nothing at all is an artifact too', async () => {
    await using subject = await open()
    const streamed = await subject.store.put(pieces(['one', '', ' two']), 'text/plain', never)
    const empty = await subject.store.put(pieces([]), 'text/plain', never)
    assert.deepEqual([streamed.digest, streamed.size, streamed.preview], [digestOf(bytesOf('one two')), 7, 'one two'])
    assert.deepEqual([empty.digest, empty.size, (await subject.store.get(empty.digest, never)).byteLength], [digestOf(new Uint8Array()), 0, 0])
  })

  test('the same bytes are the same artifact, however often and however many at once', async () => {
    await using subject = await open()
    const blobs = await Promise.all(Array.from({ length: 10 }, () => subject.store.put(bytesOf('same'), 'text/plain', never)))
    assert.deepEqual(new Set(blobs.map(({ digest }) => digest)), new Set([digestOf(bytesOf('same'))]))
    assert.deepEqual((await Array.fromAsync(subject.store.list())).map(({ digest, size }) => ({ digest, size })), [{ digest: digestOf(bytesOf('same')), size: 4 }])
  })

  test('a preview is short, never half a character, and never a control character; what is no text has none', async () => {
    await using subject = await open()
    const long = await subject.store.put(bytesOf('😀'.repeat(5000)), 'text/plain', never)
    const odd = await subject.store.put(bytesOf('a\0b\u001B[31mc\td'), 'text/plain', never)
    const binary = await subject.store.put(bytesOf('PK'), 'application/zip', never)
    assert.ok(long.preview.length <= 2048 && long.preview.length >= 256 && /^(😀)+$/u.test(long.preview))
    assert.deepEqual([odd.preview, binary.preview], ['a�b�[31mc\td', ''])
  })

  test('says what it has, and forgets what is deleted, twice if need be', async () => {
    await using subject = await open()
    const { digest } = await subject.store.put(bytesOf('gone soon'), 'text/plain', never)
    const before = await subject.store.has(digest)
    await subject.store.delete(digest)
    await subject.store.delete(digest)
    assert.deepEqual([before, await subject.store.has(digest), await Array.fromAsync(subject.store.list())], [true, false, []])
  })

  test('what was stored is there after a restart', async () => {
    await using subject = await open()
    const { digest } = await subject.store.put(bytesOf('durable'), 'text/plain', never)
    await subject.store[Symbol.asyncDispose]()
    await subject.store[Symbol.asyncDispose]()
    await using again = await subject.reopen()
    assert.deepEqual(Buffer.from(await again.get(digest, never)).toString(), 'durable')
  })
}

function describeIntegrity(open: Open): void {
  test('what is not there is `not-found`', async () => {
    await using subject = await open()
    await assert.rejects(subject.store.get(unknown, never), { code: 'not-found' })
    await assert.rejects(Array.fromAsync(subject.store.stream(unknown, never)), { code: 'not-found' })
  })

  test('bytes that changed are never given out as if they had not', async () => {
    await using subject = await open()
    const { digest } = await subject.store.put(bytesOf('truth'), 'text/plain', never)
    await subject.corrupt(digest)
    await assert.rejects(subject.store.get(digest, never), { code: 'artifact-corrupt' })
    await assert.rejects(Array.fromAsync(subject.store.stream(digest, never)), { code: 'artifact-corrupt' })
  })

  test('storing the bytes again heals an artifact that went bad', async () => {
    await using subject = await open()
    const { digest } = await subject.store.put(bytesOf('truth'), 'text/plain', never)
    await subject.corrupt(digest)
    await subject.store.put(bytesOf('truth'), 'text/plain', never)
    assert.equal(Buffer.from(await subject.store.get(digest, never)).toString(), 'truth')
  })

  test('streams in pieces that add up', async () => {
    await using subject = await open()
    const bytes = Buffer.alloc(1_000_000, 'abcdefg')
    const { digest } = await subject.store.put(bytes, 'application/octet-stream', never)
    const streamed = await Array.fromAsync(subject.store.stream(digest, never))
    assert.ok(Buffer.concat(streamed).equals(bytes))
  })
}

function describeInterruption(open: Open): void {
  test('a source that fails leaves nothing behind, and its error is told', async () => {
    await using subject = await open()
    await assert.rejects(subject.store.put(broken(), 'text/plain', never), { message: 'the source broke' })
    assert.deepEqual(await Array.fromAsync(subject.store.list()), [])
  })

  test('an abort ends storing and reading with its reason', async () => {
    await using subject = await open()
    const { digest } = await subject.store.put(Buffer.alloc(1_000_000), 'text/plain', never)
    const reason = new Error('stop')
    await assert.rejects(subject.store.put(bytesOf('x'), 'text/plain', AbortSignal.abort(reason)), reason)
    await assert.rejects(subject.store.get(digest, AbortSignal.abort(reason)), reason)
    const controller = new AbortController()
    const writing = subject.store.put(abortedHalfway(controller, reason), 'text/plain', controller.signal)
    await assert.rejects(writing, reason)
    assert.equal((await Array.fromAsync(subject.store.list())).length, 1)
  })
}

async function* pieces(texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield bytesOf(text)
}

async function* broken(): AsyncIterable<Uint8Array> {
  yield bytesOf('half')
  throw new Error('the source broke')
}

async function* abortedHalfway(controller: AbortController, reason: Error): AsyncIterable<Uint8Array> {
  yield bytesOf('half')
  controller.abort(reason)
  yield bytesOf('other half')
}
