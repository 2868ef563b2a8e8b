import assert from 'node:assert/strict'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { aRequest, aScene, git, makeRepository, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import { gitConfig, gitVcs } from '../git.ts'

const never = new AbortController().signal
const open = (dataDirectory: string) => gitVcs.open(gitConfig.parse({ dataDirectory }))
const folders = 100
const filesPerFolder = 1000

test('a hundred thousand untracked files and a sparse file of 1 GiB do not hold up a checkpoint', async () => {
  await using scene = await aScene(open)
  await using workspace = await scene.vcs.open(aRequest(scene), never)
  const zero = await workspace.checkpoint('zero', never)
  for (let folder = 0; folder < folders; folder += 1) {
    const path = join(workspace.path, 'many', String(folder))
    await mkdir(path, { recursive: true })
    await Promise.all(Array.from({ length: filesPerFolder }, (_, file) => writeFile(join(path, `${file}.txt`), `${file}\n`)))
  }
  await writeFile(join(workspace.path, 'sparse.bin'), '')
  await truncate(join(workspace.path, 'sparse.bin'), 2 ** 30)
  const one = await workspace.checkpoint('one', AbortSignal.timeout(120_000))
  const began = performance.now()
  const two = await workspace.checkpoint('two', AbortSignal.timeout(30_000))
  const againMs = performance.now() - began
  await workspace.restore(zero.id, AbortSignal.timeout(120_000))
  assert.deepEqual([one.stat.files, one.omitted, two.tree, await git(workspace.path, 'status', '--porcelain')], [folders * filesPerFolder, ['sparse.bin'], one.tree, '?? sparse.bin'])
  assert.ok(againMs < 30_000)
})

test('a repository with eol=crlf shows no change in a worktree, whichever git looks', async () => {
  await using scene = await aScene(open)
  const user = join(scene.directory, 'crlf')
  await makeRepository(user, { '.gitattributes': '* text=auto eol=crlf\n', 'a.txt': 'one\ntwo\n' })
  await using workspace = await scene.vcs.open(aRequest(scene, { source: { kind: 'local', path: user } }), never)
  const zero = await workspace.checkpoint('zero', never)
  const status = await git(workspace.path, 'status', '--porcelain')
  await writeFiles(workspace.path, { 'b.txt': 'new\n' })
  const one = await workspace.checkpoint('one', never)
  assert.deepEqual([zero.tree, status, one.stat.files], [await git(user, 'rev-parse', 'HEAD^{tree}'), '', 1])
})
