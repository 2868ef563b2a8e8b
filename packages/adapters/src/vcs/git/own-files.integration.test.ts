import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { aRequest, aScene, git, makeRepository, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import type { Vcs } from '@codeforge/ports/vcs'
import { gitConfig, gitVcs } from '../git.ts'

const never = new AbortController().signal
const open = (dataDirectory: string) => gitVcs.open(gitConfig.parse({ dataDirectory }))
const delivery = (checkpoint: string) => ({ checkpoint, branch: 'codeforge/run-1', message: 'Deliver', author: { name: 'A', email: 'a@example.org' } })
const source = (path: string) => ({ kind: 'local', path }) as const

/** A repository whose text files have CRLF on the user's disk and LF in the commits, by attribute or by setting. */
async function crlfRepository(scene: Scene, by: 'attribute' | 'setting'): Promise<string> {
  const path = join(scene.directory, 'crlf')
  const attributes = by === 'attribute' ? { '.gitattributes': '*.txt text eol=crlf\n' } : {}
  await makeRepository(path, { ...attributes, 'a.txt': 'one\ntwo\n', 'b.txt': 'three\n', 'raw.bin': 'x\r\ny\n\0' })
  if (by === 'setting') await git(path, 'config', 'core.autocrlf', 'true')
  await rm(join(path, 'a.txt'))
  await rm(join(path, 'b.txt'))
  await git(path, 'checkout', '--', '.')
  assert.equal(await readFile(join(path, 'a.txt'), 'utf8'), 'one\r\ntwo\r\n', 'the scene is what it should be')
  assert.equal(await git(path, 'status', '--porcelain'), '')
  return path
}

for (const by of ['attribute', 'setting'] as const) {
  describe(`a repository with CRLF on disk by ${by}`, { concurrency: 3 }, () => {
    test('has no change where nothing was touched, however old the index is, and a touched file is one line', async () => {
      await using scene = await aScene(open)
      const user = await crlfRepository(scene, by)
      await writeFile(join(user, 'b.txt'), 'three\r\n') // written anew with the same content: git has to compare
      assert.equal((await scene.vcs.inspect(source(user), never)).dirty, false)
      await using workspace = await scene.vcs.open(aRequest(scene, { source: source(user), mode: 'local_path' }), never)
      const zero = await workspace.checkpoint('zero', never)
      assert.equal(zero.tree, await git(user, 'rev-parse', 'HEAD^{tree}'))
      await writeFile(join(user, 'a.txt'), 'one\r\nTWO\r\n')
      const one = await workspace.checkpoint('one', never)
      assert.deepEqual([one.stat, await workspace.changes(zero.id, one.id, never)], [{ files: 1, insertions: 1, deletions: 1 }, [{ path: 'a.txt', kind: 'modified' }]])
      await workspace.restore(zero.id, never)
      assert.equal(await readFile(join(user, 'a.txt'), 'utf8'), 'one\r\ntwo\r\n')
    })

    test('gives its uncommitted changes to a run, and only those', async () => {
      await using scene = await aScene(open)
      const user = await crlfRepository(scene, by)
      await writeFile(join(user, 'a.txt'), 'one\r\nTWO\r\n')
      await using workspace = await scene.vcs.open(aRequest(scene, { source: source(user), includeDirty: true }), never)
      await workspace.checkpoint('zero', never)
      assert.equal(await git(workspace.path, 'diff', 'HEAD', '--numstat'), '1\t1\ta.txt')
    })

    test('keeps CRLF where a run delivers to it, as a commit and as a patch, and the commit is of LF', async () => {
      await using scene = await aScene(open)
      const user = await crlfRepository(scene, by)
      await using workspace = await scene.vcs.open(aRequest(scene, { source: source(user) }), never)
      const zero = await workspace.checkpoint('zero', never)
      await writeFile(join(workspace.path, 'a.txt'), 'one\nTWO\n')
      const one = await workspace.checkpoint('one', never)
      const patch = await workspace.diff(zero.id, one.id, never)
      const seen = async () => [await readFile(join(user, 'a.txt'), 'utf8'), await readFile(join(user, 'b.txt'), 'utf8')]
      await scene.vcs.applyPatch(user, patch, { reverse: false }, never)
      assert.deepEqual(await seen(), ['one\r\nTWO\r\n', 'three\r\n'])
      await scene.vcs.applyPatch(user, patch, { reverse: true }, never)
      assert.deepEqual([await seen(), await git(user, 'status', '--porcelain')], [['one\r\ntwo\r\n', 'three\r\n'], ''])
      await scene.vcs.commitLocal(source(user), delivery(one.id), never)
      assert.deepEqual([await seen(), await git(user, 'status', '--porcelain')], [['one\r\nTWO\r\n', 'three\r\n'], ''])
      assert.equal(await git(user, 'diff', '--numstat', 'HEAD~', 'HEAD'), '1\t1\ta.txt')
      assert.equal(await git(user, 'cat-file', 'blob', 'HEAD:a.txt'), 'one\nTWO')
    })
  })
}

test('a file that is committed with CRLF keeps it through a run', async () => {
  await using scene = await aScene(open)
  await writeFiles(scene.user, { 'dos.txt': 'one\r\ntwo\r\n' })
  await git(scene.user, 'add', 'dos.txt')
  await git(scene.user, 'commit', '-qm', 'dos')
  await using workspace = await scene.vcs.open(aRequest(scene), never)
  await workspace.checkpoint('zero', never)
  await writeFile(join(workspace.path, 'dos.txt'), 'one\r\nTWO\r\n')
  const one = await workspace.checkpoint('one', never)
  await scene.vcs.commitLocal(source(scene.user), delivery(one.id), never)
  assert.deepEqual([one.stat.insertions, await readFile(join(scene.user, 'dos.txt'), 'utf8'), await git(scene.user, 'status', '--porcelain')], [1, 'one\r\nTWO\r\n', ''])
})

/** What Git LFS would commit for a content. */
const pointerOf = (content: string): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash('sha256').update(content).digest('hex')}\nsize ${content.length}\n`

/** A repository with a filter as Git LFS is one: pointers in the commits, contents on the user's disk. The program leaves a trace where it runs. */
async function filteredRepository(scene: Scene): Promise<{ readonly user: string; fired(): Promise<boolean> }> {
  const user = join(scene.directory, 'filtered')
  const contents = ['image of one', 'image of two']
  const trace = join(scene.directory, 'trace')
  await makeRepository(user, { '.gitattributes': '*.img filter=big diff=big merge=big -text\n', 'code.txt': 'code\n' })
  for (const [index, content] of contents.entries()) await writeFile(join(user, `${index}.img`), pointerOf(content))
  await git(user, 'add', '--all')
  await git(user, 'commit', '-qm', 'pointers')
  const program = join(scene.directory, 'filter.sh')
  await writeFile(program, `#!/bin/sh\n: > '${trace}'\ncat\n`)
  await chmod(program, 0o755)
  for (const [key, value] of [['clean', program], ['smudge', program], ['required', 'true']] as const) await git(user, 'config', `filter.big.${key}`, value)
  for (const [index, content] of contents.entries()) await writeFile(join(user, `${index}.img`), content)
  await rm(trace, { force: true })
  return { user, fired: async () => (await readdir(scene.directory)).includes('trace') }
}

const committed = (vcs: Pick<Vcs, 'deliverBranch'>, user: string, checkpoint: string) => vcs.deliverBranch(source(user), delivery(checkpoint), never)

describe('a repository with a filter, as Git LFS is one', { concurrency: 3 }, () => {
  test('keeps its pointers where a run works in the directory itself; what only the filter could commit is left out and named', async () => {
    await using scene = await aScene(open)
    const { user, fired } = await filteredRepository(scene)
    await using workspace = await scene.vcs.open(aRequest(scene, { source: source(user), mode: 'local_path' }), never)
    const zero = await workspace.checkpoint('zero', never)
    assert.deepEqual([zero.tree, zero.omitted], [await git(user, 'rev-parse', 'HEAD^{tree}'), []])
    await writeFiles(user, { 'code.txt': 'better\n', '1.img': 'another image' })
    const one = await workspace.checkpoint('one', never)
    assert.deepEqual([await workspace.changes(zero.id, one.id, never), one.omitted], [[{ path: 'code.txt', kind: 'modified' }], ['1.img']])
    await committed(scene.vcs, user, one.id)
    assert.equal(await git(user, 'cat-file', 'blob', 'codeforge/run-1:1.img'), pointerOf('image of two').trim())
    await workspace.restore(zero.id, never)
    assert.deepEqual([await readFile(join(user, '0.img'), 'utf8'), await readFile(join(user, '1.img'), 'utf8')], ['image of one', 'another image'])
    assert.equal(await fired(), false)
  })

  test('has a file of the filter deleted where a run deletes it', async () => {
    await using scene = await aScene(open)
    const { user } = await filteredRepository(scene)
    await using workspace = await scene.vcs.open(aRequest(scene, { source: source(user), mode: 'local_path' }), never)
    const zero = await workspace.checkpoint('zero', never)
    await rm(join(user, '0.img'))
    const one = await workspace.checkpoint('one', never)
    assert.deepEqual(await workspace.changes(zero.id, one.id, never), [{ path: '0.img', kind: 'deleted' }])
  })

  test('brings along what is uncommitted without the contents, and takes a delivery without touching them', async () => {
    await using scene = await aScene(open)
    const { user, fired } = await filteredRepository(scene)
    await writeFiles(user, { 'code.txt': 'mine\n' })
    await using workspace = await scene.vcs.open(aRequest(scene, { source: source(user), includeDirty: true }), never)
    const zero = await workspace.checkpoint('zero', never)
    assert.deepEqual([await readFile(join(workspace.path, '0.img'), 'utf8'), await readFile(join(workspace.path, 'code.txt'), 'utf8')], [pointerOf('image of one'), 'mine\n'])
    await writeFiles(workspace.path, { 'code.txt': 'ours\n' })
    const one = await workspace.checkpoint('one', never)
    await scene.vcs.applyPatch(user, await workspace.diff(zero.id, one.id, never), { reverse: false }, never)
    assert.deepEqual([await readFile(join(user, 'code.txt'), 'utf8'), await readFile(join(user, '0.img'), 'utf8'), await fired()], ['ours\n', 'image of one', false])
  })

  test('cannot be made by a run to hide its own changes: only committed attributes count', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene, { mode: 'local_path' }), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(scene.user, { '.gitattributes': '* filter=big\n', '.git/info/attributes': '* filter=big\n', 'a.txt': 'changed\n' })
    const one = await workspace.checkpoint('one', never)
    assert.deepEqual((await workspace.changes(zero.id, one.id, never)).map(({ path }) => path), ['.gitattributes', 'a.txt'])
  })
})
