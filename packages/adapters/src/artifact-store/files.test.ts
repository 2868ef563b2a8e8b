import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { type ArtifactStoreUnderTest, describeArtifactStoreContract } from '@codeforge/ports/testing/artifact-store'
import { writeError } from './files/write-artifact.ts'
import { fileArtifactStore } from './files.ts'

const never = new AbortController().signal

async function openInTemporary(): Promise<ArtifactStoreUnderTest & { readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-artifacts-'))
  return {
    directory,
    store: await fileArtifactStore.open({ directory }),
    corrupt: (digest) => writeFile(join(directory, digest.slice(0, 2), digest), 'other bytes'),
    reopen: () => fileArtifactStore.open({ directory }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

describeArtifactStoreContract('files', openInTemporary)

test('a writer that fails leaves no file, and one that died is cleared away by the next that opens', async () => {
  await using subject = await openInTemporary()
  const incoming = join(subject.directory, 'incoming')
  await assert.rejects(subject.store.put(failing(), 'text/plain', never))
  assert.deepEqual(await readdir(incoming), [])
  await Promise.all(['dead', 'alive'].map((name) => writeFile(join(incoming, name), 'half')))
  await utimes(join(incoming, 'dead'), 1, 1)
  await subject.reopen()
  assert.deepEqual(await readdir(incoming), ['alive'])
})

test('a digest that is none never becomes a path', async () => {
  await using subject = await openInTemporary()
  await assert.rejects(subject.store.get('../../etc/passwd' as never, never))
})

test('files that are no artifacts are not listed', async () => {
  await using subject = await openInTemporary()
  const { digest } = await subject.store.put(new Uint8Array([1]), 'text/plain', never)
  await writeFile(join(subject.directory, digest.slice(0, 2), 'notes.txt'), 'x')
  assert.deepEqual((await Array.fromAsync(subject.store.list())).map((entry) => entry.digest), [digest])
})

test('a full disk and one that cannot be written have codes', () => {
  const codes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EBADF'].map((code) => {
    const error = writeError(Object.assign(new Error(code), { code }))
    return error instanceof CodeForgeError ? error.code : 'as it was'
  })
  assert.deepEqual(codes, ['disk-full', 'disk-full', 'unavailable', 'unavailable', 'as it was'])
})

test('a directory that cannot be made is a fault of the configuration', async () => {
  await assert.rejects(fileArtifactStore.open({ directory: '/dev/null/nowhere' }), { code: 'invalid-config' })
})

async function* failing(): AsyncIterable<Uint8Array> {
  yield new Uint8Array([1])
  throw new Error('the source broke')
}
