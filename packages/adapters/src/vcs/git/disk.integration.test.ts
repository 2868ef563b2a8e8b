import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { aRequest, aScene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import { gitConfig, gitVcs } from '../git.ts'
import { never, overlayPossible } from './testing/warmed.ts'

const run = promisify(execFile)

/** A file system of 4 MiB, in memory; disposing it unmounts it. */
async function smallDisk(path: string) {
  await mkdir(path, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'codeforge-test', path])
  const filler = join(path, 'filler')
  return {
    async fill() {
      const { bavail, bsize } = await statfs(path)
      await writeFile(filler, Buffer.alloc(bavail * bsize))
    },
    free: () => rm(filler),
    remount: (how: 'ro' | 'rw') => run('mount', ['-o', `remount,${how}`, path]),
    [Symbol.asyncDispose]: async () => void (await run('umount', ['-l', path])),
  }
}

async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string }> {
  return work.then(() => assert.fail('it worked'), (error: Error) => error)
}

describe('a disk that is full or may not be written', { skip: !overlayPossible && 'this process may not mount' }, () => {
  test('opening, checkpointing and restoring say so, and go on when there is room again', async () => {
    await using scene = await aScene((directory) => gitVcs.open(gitConfig.parse({ dataDirectory: directory })))
    const path = join(scene.directory, 'small')
    await using disk = await smallDisk(path)
    await using vcs = await gitVcs.open(gitConfig.parse({ dataDirectory: join(path, 'data'), warmTrees: 0 }))
    await disk.fill()
    await assert.rejects(vcs.open(aRequest(scene), never), { code: 'disk-full' })
    await disk.free()
    await using workspace = await vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'new.txt': 'x'.repeat(100_000) })
    await disk.fill()
    await assert.rejects(workspace.checkpoint('one', never), { code: 'disk-full' })
    await disk.free()
    const one = await workspace.checkpoint('one', never)
    await workspace.restore(zero.id, never)
    await disk.fill()
    await assert.rejects(workspace.restore(one.id, never), { code: 'disk-full' })
    await disk.free()
    await workspace.restore(one.id, never)
    assert.deepEqual([one.stat.files, (await workspace.checkpoint('again', never)).tree], [1, one.tree])
  })

  test('a workspace that became read-only has a code, and works again when it no longer is', async () => {
    await using scene = await aScene((directory) => gitVcs.open(gitConfig.parse({ dataDirectory: directory })))
    const path = join(scene.directory, 'small')
    await using disk = await smallDisk(path)
    await using vcs = await gitVcs.open(gitConfig.parse({ dataDirectory: join(path, 'data'), warmTrees: 0 }))
    await using workspace = await vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'changed\n' })
    await disk.remount('ro')
    const refused = [await failureOf(workspace.checkpoint('one', never)), await failureOf(vcs.open(aRequest(scene, { runId: 'run-2' }), never))]
    await disk.remount('rw')
    assert.deepEqual(refused.map(({ code, message }) => [code, /read-only file system|EROFS/i.test(message) || message]), [['git-failed', true], ['workspace-failed', true]])
    await workspace.restore(zero.id, never)
    assert.equal((await workspace.checkpoint('two', never)).tree, zero.tree)
  })
})
