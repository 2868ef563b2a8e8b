import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { aRequest, aScene, filesOf, git, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import { never, openWith, packed } from '../testing/warmed.ts'

const open = openWith({ overlay: false, warmTrees: 0 })

async function baseOf(scene: Scene): Promise<string> {
  const repositories = join(scene.directory, 'data', 'repositories')
  const [key = ''] = (await readdir(repositories)).filter((name) => !name.endsWith('.lock'))
  return join(repositories, key, 'base.git', 'objects')
}

/** Commits so many files, opens a workspace, and waits for what that leads to. */
async function openOnce(scene: Scene, count: number, text: string): Promise<void> {
  await writeFiles(scene.user, Object.fromEntries(Array.from({ length: count }, (_, index) => [`many/${index}.txt`, `${text} ${index}\n`])))
  await git(scene.user, 'add', '-A')
  await git(scene.user, 'commit', '-q', '-m', text)
  const workspace = await scene.vcs.open(aRequest(scene, { runId: text }), never)
  await workspace[Symbol.asyncDispose]()
  await packed(join(scene.directory, 'data'), { kind: 'local', path: scene.user }, await git(scene.user, 'rev-parse', 'HEAD'))
}

const packsOf = async (objects: string) => (await readdir(join(objects, 'pack'))).map((name) => name.replace(/^pack-\w+/, '')).sort()

describe('objects that lie about one by one', { concurrency: 2 }, () => {
  test('are in a pack after the first run, and a checkout needs no other', async () => {
    await using scene = await aScene(open)
    await openOnce(scene, 600, 'first')
    const objects = await baseOf(scene)
    assert.deepEqual((await packsOf(objects)).filter((name) => name !== '.rev'), ['.idx', '.pack'])
    for (const name of (await readdir(objects)).filter((each) => /^[0-9a-f]{2}$/.test(each))) await rm(join(objects, name), { recursive: true })
    await using workspace = await scene.vcs.open(aRequest(scene, { runId: 'second' }), never)
    assert.deepEqual(await filesOf(workspace.path), await filesOf(scene.user))
    assert.equal(await git(workspace.path, 'status', '--porcelain'), '')
  })

  test('stay as they are where they are few, and what is packed is not packed again', async () => {
    await using scene = await aScene(open)
    await openOnce(scene, 20, 'few')
    assert.deepEqual(await packsOf(await baseOf(scene)), [])
    await openOnce(scene, 600, 'many')
    const before = await packsOf(await baseOf(scene))
    await openOnce(scene, 20, 'changed')
    assert.deepEqual([before.includes('.pack'), await packsOf(await baseOf(scene))], [true, before])
    assert.deepEqual((await readdir(join(await baseOf(scene), '..', '..', 'warm'))).filter((name) => name.startsWith('.draft-')), [])
  })
})
